// Where Redis's memory leads. What is written stays for as long as the policy keeps it, so at a
// steady pace memory grows for the longest of those times and then no more: what is used now, and
// the growth of that time, is the most that there will be. What bounds it is its maxmemory, or the
// machine's memory where it has none: there the system ends it.

import BudgetModel
import BudgetStore

/// What is made of the looks at a Redis's memory.
struct MemoryForecast {
    /// The share of the bound at which there is still time to act.
    static let alertShare = 0.7
    /// What has to be watched before its growth means something.
    static let leastWatchedMs: Int64 = 600_000
    private static let dayMs = 86_400_000.0

    let used: Int64
    /// 0 where none is known.
    let bound: Int64
    /// Bytes.
    let growthPerDay: Int64
    let watchedMs: Int64
    /// How long the longest kept of the books stay.
    let keepMs: Int64

    init(_ report: ServerReport, _ trend: MemoryTrend, keep: Retention) {
        self.init(
            used: report.usedBytes,
            bound: report.maxBytes > 0 ? report.maxBytes : report.systemBytes,
            growthPerDay: trend.bytesPerDay, watchedMs: trend.spanMs,
            keepMs: max(keep.keysMs, keep.runsMs, keep.journalMs, keep.lateCommitMs))
    }

    init(used: Int64, bound: Int64, growthPerDay: Int64, watchedMs: Int64, keepMs: Int64) {
        self.used = used
        self.bound = bound
        self.growthPerDay = growthPerDay
        self.watchedMs = watchedMs
        self.keepMs = keepMs
    }

    private var growth: Double { Double(max(0, growthPerDay)) }

    /// The most that there will be; nil until it was watched for long enough.
    var peak: Int64? {
        guard watchedMs >= Self.leastWatchedMs else { return nil }
        let bytes = Double(used) + growth * Double(keepMs) / Self.dayMs
        return bytes < Double(Int64.max) ? Int64(bytes) : .max
    }

    /// How long until 70 % of the bound are used, in milliseconds: 0 where they are, nil where it
    /// doesn't come to that, or where that isn't known.
    var alertInMs: Int64? {
        guard bound > 0 else { return nil }
        let alert = Int64(Double(bound) * Self.alertShare)
        guard used < alert else { return 0 }
        guard let peak, peak >= alert, growth > 0 else { return nil }
        let length = Double(alert - used) / growth * Self.dayMs
        return max(1, Int64(min(length, Double(keepMs))))
    }

    /// As INFO tells it; empty where there is none.
    var lines: [(String, String)] {
        [
            ("store_memory_growth_bytes_per_day", "\(growthPerDay)"),
            ("store_memory_watched_ms", "\(watchedMs)"), ("store_keep_ms", "\(keepMs)"),
            ("store_memory_forecast_bytes", peak.map { "\($0)" } ?? ""),
            ("store_memory_alert_in_ms", alertInMs.map { "\($0)" } ?? ""),
        ]
    }
}
