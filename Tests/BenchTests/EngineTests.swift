// The benchmark works: a short run of the real program ends well and says something positive about
// everything. What it says is judged nowhere here, since a busy machine would decide that.

import Foundation
import Testing

@Suite(.timeLimit(.minutes(3))) struct EngineTests {
    /// Where there is a budgetbench with a budgetd beside it, the fastest first.
    static let program: String? = {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        return ["release", "debug"].map { "\(checkout)/.build/\($0)/" }.first { directory in
            ["budgetbench", "budgetd"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: directory + $0)
            }
        }.map { $0 + "budgetbench" }
    }()

    @Test(.enabled(if: program != nil, "budgetbench and budgetd are not built"))
    func aQuickRunSaysSomethingPositiveAboutEverything() async throws {
        let program = try #require(Self.program)
        let (status, output) = try await run(program, ["engine", "--quick", "--json"])
        try #require(status == 0)
        let object = try JSONSerialization.jsonObject(with: output)
        let report = try #require(object as? [String: Any])
        #expect(report["benchmark"] as? String == "engine")
        #expect(report["books_balanced"] as? Bool == true)
        #expect((report["cases"] as? [Any])?.count == 11)
        #expect((report["ratios"] as? [Any])?.count == 10)
        let numbers = Self.numbers(in: report)
        #expect(numbers.count > 150)
        #expect(numbers.allSatisfy { $0 > 0 })
    }

    /// All numbers in all depths, without the flags.
    private static func numbers(in value: Any) -> [Double] {
        if let fields = value as? [String: Any] {
            return fields.filter { !["books_balanced", "quick", "is_met"].contains($0.key) }
                .values.flatMap(numbers)
        }
        if let values = value as? [Any] { return values.flatMap(numbers) }
        return (value as? NSNumber).map { [$0.doubleValue] } ?? []
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> (Int32, Data) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["timeout", "120", program] + arguments
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try await Task.detached { try pipe.fileHandleForReading.readToEnd() }.value
        process.waitUntilExit()
        return (process.terminationStatus, output ?? Data())
    }
}
