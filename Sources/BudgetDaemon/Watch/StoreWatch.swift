// What the looks at Redis found, all loops' together, as INFO's section Store tells it. The names
// begin with `store_`, since Redis's own are taken: clients read `redis_version` and mean the
// server that they speak to.

import BudgetModel
import BudgetStore
import SocketAPI
import Synchronization

/// The newest look at Redis, and how its memory grew.
final class StoreWatch: Sendable {
    private struct State {
        var report: ServerReport?
        var trend = MemoryTrend()
    }

    private let state = Mutex(State())

    /// Takes what a look found.
    func took(_ report: ServerReport) {
        state.withLock { state in
            state.report = report
            state.trend.add(bytes: report.usedBytes, at: report.lookedAt)
        }
    }

    /// What the newest look found.
    var report: ServerReport? { state.withLock(\.report) }

    /// What INFO shows.
    ///
    /// - Parameter keep: how long the books are kept.
    func information(keep: Retention) -> InformationSection {
        let (report, trend) = state.withLock { ($0.report, $0.trend) }
        guard let report else { return InformationSection("Store", [], isOfAllTenants: true) }
        func flag(_ value: Bool?) -> String { value.map { $0 ? "1" : "0" } ?? "unknown" }
        let longest = max(keep.keysMs, keep.runsMs, keep.journalMs, keep.lateCommitMs)
        return InformationSection(
            "Store",
            [
                ("store_version", report.version), ("store_role", report.role),
                ("store_maxmemory_policy", report.maxMemoryPolicy),
                ("store_appendonly", flag(report.isAppendOnly)),
                ("store_appendfsync", report.fsync ?? "unknown"),
                ("store_no_appendfsync_on_rewrite", flag(report.pausesFsync)),
                ("store_can_write", flag(report.canWrite)),
                ("store_replicas", "\(report.replicas)"),
                ("store_min_replicas", report.minReplicas.map { "\($0)" } ?? "unknown"),
                ("store_clock_skew_ms", "\(report.skewMs)"),
                ("store_memory_bytes", "\(report.usedBytes)"),
                ("store_memory_max_bytes", "\(report.maxBytes)"),
                ("store_memory_growth_bytes_per_day", "\(trend.bytesPerDay)"),
                ("store_memory_watched_ms", "\(trend.spanMs)"),
                ("store_keep_ms", "\(longest)"),
                ("store_looked_at_ms", "\(report.lookedAt)"),
                ("store_refusal", report.refusal ?? ""),
            ], isOfAllTenants: true)
    }
}
