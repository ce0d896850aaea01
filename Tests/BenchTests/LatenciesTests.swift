// Percentiles of what is known.

import Testing

@testable import budgetbench

@Suite struct LatenciesTests {
    @Test(arguments: [(50.0, 500.0), (90, 900), (99, 990), (99.9, 999), (100, 1000)])
    func percentilesOfAThousandSteps(percentile: Double, expected: Double) {
        var latencies = Latencies()
        for micros in (1...1000).shuffled() { latencies.record(UInt64(micros) * 1000) }
        #expect(latencies.count == 1000)
        #expect(abs(latencies.micros(percentile) / expected - 1) < 0.002)
    }

    @Test func whatIsLongerThanAMinuteIsAMinute() {
        var latencies = Latencies()
        latencies.record(.max)
        latencies.record(1000)
        #expect(latencies.count == 2)
        #expect(latencies.micros(50) == 1)
        #expect(abs(latencies.micros(100) / 60e6 - 1) < 0.002)
    }

    @Test func twoOfThemAddUp() {
        var all = Latencies()
        for micros in [UInt64(10), 1000] {
            var part = Latencies()
            for _ in 0..<50 { part.record(micros * 1000) }
            all.add(part)
        }
        #expect(all.count == 100)
        #expect(abs(all.micros(50) / 10 - 1) < 0.002)
        #expect(abs(all.micros(51) / 1000 - 1) < 0.002)
    }

    @Test func aSpreadIsTheMiddleAndTheEnds() {
        let odd = Spread([3, 1, 2])
        #expect((odd.low, odd.median, odd.high) == (1, 2, 3))
        #expect(Spread([4, 1, 2, 3]).median == 2.5)
    }
}
