// The benchmark works: a short run of the real program ends well and says something positive about
// everything. What it says is judged nowhere here, since a busy machine would decide that.

import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct EngineTests {
    @Test func aQuickRunSaysSomethingPositiveAboutEverything() throws {
        let bench = try Bench(["engine", "--quick", "--json"])
        try #require(bench.status == 0, "\(bench.errors)")
        let report = try bench.report
        #expect(report["benchmark"] as? String == "engine")
        #expect((report["cases"] as? [Any])?.count == 11)
        #expect((report["ratios"] as? [Any])?.count == 10)
        let numbers = Self.numbers(in: report)
        #expect(numbers.count > 150)
        #expect(numbers.allSatisfy { $0 > 0 })
    }

    /// All numbers in all depths, without the flags.
    private static func numbers(in value: Any) -> [Double] {
        if let fields = value as? [String: Any] {
            let flags = ["quick", "is_met", "is_at_least"]
            return fields.filter { !flags.contains($0.key) }.values.flatMap(numbers)
        }
        if let values = value as? [Any] { return values.flatMap(numbers) }
        return (value as? NSNumber).map { [$0.doubleValue] } ?? []
    }
}
