// `budgetbench scale` measures what it says.

import Foundation
import TestSupport
import Testing

@testable import budgetbench

@Suite(.timeLimit(.minutes(10))) struct ScaleTests {
    @Test func memoryGrowsWithWhatIsKept() throws {
        let bench = try Bench(["scale", "--quick", "--rounds", "1", "--json"])
        try #require(bench.status == 0, "\(bench.errors)")
        let report = try bench.report
        let sizes = report["sizes"] as? [[String: Any]] ?? []
        #expect(sizes.map { $0["users"] as? Int } == [100, 1000])
        let memory = sizes.map { $0["redis_bytes"] as? Double ?? 0 }
        #expect(memory.first ?? 0 < memory.last ?? 0)
        for size in sizes {
            for drawn in ["evenly", "zipf"] {
                let cost = size[drawn] as? [String: [String: Double]] ?? [:]
                #expect(cost.count == 3)
                #expect(cost.values.allSatisfy { ($0["low"] ?? 0) > 0 })
            }
        }
        let bytes = report["bytes"] as? [String: Double] ?? [:]
        #expect(bytes.count == 3)
        #expect(bytes.values.allSatisfy { (50...20_000).contains($0) }, "\(bytes)")
        let rankings = report["rankings"] as? [String: Double] ?? [:]
        #expect(rankings.count == 3)
        #expect(rankings.values.allSatisfy { $0 > 0 }, "\(rankings)")
        let idle = report["idle"] as? [[String: Any]] ?? []
        #expect(idle.map { $0["connections"] as? Int } == [10, 100])
        #expect(idle.allSatisfy { $0["daemon_bytes"] as? Double ?? 0 > 1e6 })
        #expect((report["ratios"] as? [Any])?.count == 3)
    }

    @Test func tooFewOpenFilesAreSaid() throws {
        let directory = try TestDirectory()
        let process = try TestProcess(
            ["sh", "-c", "ulimit -n 100; exec \(Bench.directory)/budgetbench scale --quick"],
            directory: directory.path, output: directory.path + "/out",
            errors: directory.path + "/err")
        #expect(process.waitForEnd() == .exit(1))
        #expect(
            directory.text("err").contains(
                "a process may have 100 open files here (ulimit -Hn); 100 connections need 300"))
    }
}
