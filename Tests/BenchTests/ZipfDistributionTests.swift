// Who calls how often.

import Testing

@testable import budgetbench

@Suite struct ZipfDistributionTests {
    /// How often each of so many was drawn.
    private func counts(_ count: Int, _ exponent: Double, draws: Int) -> [Int] {
        let distribution = ZipfDistribution(count: count, exponent: exponent)
        var generator = SeededGenerator(seed: 7)
        var counts = [Int](repeating: 0, count: count)
        for _ in 0..<draws { counts[distribution.draw(using: &generator)] += 1 }
        return counts
    }

    @Test func theKthCallsAKthAsOften() {
        let counts = counts(100, 1, draws: 200_000)
        for rank in [2, 5, 10, 50] {
            let ratio = Double(counts[0]) / Double(counts[rank - 1])
            #expect(abs(ratio / Double(rank) - 1) < 0.1, "rank \(rank)")
        }
        #expect(counts.allSatisfy { $0 > 0 })
    }

    @Test func withoutAnExponentAllAreAlike() {
        let counts = counts(100, 0, draws: 200_000)
        #expect(counts.allSatisfy { (1700...2300).contains($0) })
    }

    @Test func oneAloneIsAlwaysDrawn() {
        #expect(counts(1, 1, draws: 100) == [100])
    }

    @Test func theSameSeedDrawsTheSameCalls() {
        func calls(_ seed: UInt64) -> [String] {
            var population = Population(
                tenants: ["a", "b", "c"], users: 10, runs: 50, zipf: 1, seed: seed)
            return population.calls(100).map { "\($0.tenant) \($0.user) \($0.key)" }
        }
        #expect(calls(1) == calls(1))
        #expect(calls(1) != calls(2))
        #expect(Set(calls(1)).count == 100)
        #expect(Set(calls(1).map { $0.prefix(1) }) == ["a", "b", "c"])
    }
}
