// How a Redis's memory grows, as its looks tell it, and where that leads.

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

    /// Used, the bound, growth a day and minutes watched; the most that there will be, and when
    /// 70 % are used.
    @Test(
        arguments: [
            (100, 1000, 0, 10, 100, nil), (699, 1000, 0, 10, 699, nil), (700, 1000, 0, 10, 700, 0),
            (700, 1000, 0, 1, nil, 0), (100, 1000, 19, 10, 670, nil),
            (100, 1000, 20, 10, 700, 30 * 86_400_000), (100, 1000, 600, 10, 18_100, 86_400_000),
            (100, 1000, -50, 10, 100, nil), (100, 1000, 600, 9, nil, nil),
            (100, 0, 600, 10, 18_100, nil), (1, .max, .max, 10, .max, 60_479_999),
        ] as [(Int64, Int64, Int64, Int64, Int64?, Int64?)])
    func whereItLeads(
        _ used: Int64, _ bound: Int64, _ growth: Int64, _ minutes: Int64, _ peak: Int64?,
        _ alert: Int64?
    ) {
        let forecast = MemoryForecast(
            used: used, bound: bound, growthPerDay: growth, watchedMs: minutes * Self.minute,
            keepMs: 30 * 1440 * Self.minute)
        #expect(forecast.peak == peak)
        #expect(forecast.alertInMs == alert)
        let lines = Dictionary(uniqueKeysWithValues: forecast.lines)
        #expect(lines["store_memory_forecast_bytes"] == peak.map { "\($0)" } ?? "")
        #expect(lines["store_memory_alert_in_ms"] == alert.map { "\($0)" } ?? "")
    }

    @Test func aClockThatGoesBackBeginsAnew() {
        var trend = MemoryTrend()
        trend.add(bytes: 100, at: 10 * Self.minute)
        trend.add(bytes: 200, at: 5 * Self.minute)
        #expect(trend.spanMs == 0)
    }
}
