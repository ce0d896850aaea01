// How a Redis's memory grows, as its looks tell it.

import Testing

@testable import BudgetDaemon

@Suite struct MemoryTrendTests {
    private static let minute: Int64 = 60_000

    @Test func nothingIsKnownOfOneLook() {
        var trend = MemoryTrend()
        #expect(trend.bytesPerDay == 0)
        trend.add(bytes: 1_000_000, at: 5)
        #expect(trend.bytesPerDay == 0)
        #expect(trend.spanMs == 0)
    }

    @Test func theFirstAndTheLastLookTell() {
        var trend = MemoryTrend()
        for look in 0...120 {
            trend.add(bytes: 1_000_000 + Int64(look) * 1000, at: Int64(look) * Self.minute / 2)
        }
        #expect(trend.spanMs == 60 * Self.minute)
        #expect(trend.bytesPerDay == 2_880_000)
        trend.add(bytes: 0, at: 61 * Self.minute)
        #expect(trend.bytesPerDay < 0)
    }

    /// Two days of looks: only the last one counts, whatever was before.
    @Test func aDayIsRemembered() {
        var trend = MemoryTrend()
        for look in 0..<2880 {
            let bytes = look < 1440 ? Int64(look) * 1_000_000 : 1_440_000_000
            trend.add(bytes: bytes, at: Int64(look) * Self.minute)
        }
        #expect(trend.spanMs > 23 * 60 * Self.minute)
        #expect(trend.spanMs <= 24 * 60 * Self.minute)
        #expect(abs(trend.bytesPerDay) < 10_000_000)
    }

    @Test func aClockThatGoesBackBeginsAnew() {
        var trend = MemoryTrend()
        trend.add(bytes: 100, at: 10 * Self.minute)
        trend.add(bytes: 200, at: 5 * Self.minute)
        #expect(trend.spanMs == 0)
    }
}
