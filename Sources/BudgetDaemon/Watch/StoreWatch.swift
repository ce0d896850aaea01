// What is known of Redis, all loops' together, as INFO's section Store tells it: whether there are
// connections, and what the looks found. The names begin with `store_`, since Redis's own are
// taken: clients read `redis_version` and mean the server that they speak to.

import BudgetModel
import BudgetStore
import Foundation
import RedisClient
import SocketAPI
import Synchronization

/// The connections to Redis, the newest look at it, and how its memory grew.
final class StoreWatch: Sendable {
    /// Why there is no connection, and since when (Unix time in milliseconds).
    private struct Outage {
        var reason: String
        /// Whether Redis answers, and can't be used as it is.
        var isRefusal: Bool
        let since: Int64
    }

    private struct State {
        /// By connection; nil for one that is ready.
        var outages: [ObjectIdentifier: Outage?] = [:]
        var report: ServerReport?
        /// Whether Redis has refused a write since the last look.
        var wasRefused = false
        var trend = MemoryTrend()

        mutating func note(_ reason: String, isRefusal: Bool, of link: ObjectIdentifier) {
            outages[link] = Outage(
                reason: reason.replacing("\r", with: " ").replacing("\n", with: " "),
                isRefusal: isRefusal, since: outages[link].flatMap { $0?.since } ?? StoreWatch.now)
        }

        var lastingLongest: Outage? {
            outages.values.compactMap { $0 }.min { $0.since < $1.since }
        }
    }

    private let address: String
    private let state = Mutex(State())

    /// - Parameter address: of Redis, without any secret.
    init(address: String) {
        self.address = address
    }

    /// Takes how a connection is now.
    func sees(_ link: ObjectIdentifier, _ status: RedisLinkStatus) {
        state.withLock { state in
            switch status {
            case .ready: state.outages[link] = .some(nil)
            case .disconnected(let reason): state.note(reason, isRefusal: false, of: link)
            case .refused(let reason): state.note(reason, isRefusal: true, of: link)
            case .connecting, .draining, .closing, .closed: break
            }
        }
    }

    /// Takes what a look found.
    func took(_ report: ServerReport) {
        state.withLock { state in
            state.report = report
            state.wasRefused = false
            state.trend.add(bytes: report.usedBytes, at: report.lookedAt)
        }
    }

    /// Redis has refused a write.
    func wasRefused() { state.withLock { $0.wasRefused = true } }

    /// Whether Redis takes no writes, as far as is known, so that it has to be looked at soon.
    var isInNeed: Bool {
        state.withLock { $0.wasRefused || $0.report?.takesWrites == false }
    }

    /// Connections that Redis answers on, and that are not used for what was found.
    var refusals: Int {
        state.withLock { $0.outages.values.count { $0?.isRefusal == true } }
    }

    /// What the newest look found.
    var report: ServerReport? { state.withLock(\.report) }

    /// What INFO shows.
    ///
    /// - Parameter keep: how long the books are kept.
    func information(keep: Retention) -> InformationSection {
        let (state, now) = (state.withLock { $0 }, Self.now)
        let outage = state.lastingLongest
        let ready = state.outages.values.count { $0 == nil }
        var lines = [
            ("store_address", address), ("store_connections", "\(state.outages.count)"),
            ("store_connections_ready", "\(ready)"),
            ("store_connections_refused", "\(refusals)"), ("store_error", outage?.reason ?? ""),
            ("store_error_for_ms", outage.map { "\(max(0, now - $0.since))" } ?? ""),
        ]
        if let report = state.report {
            lines += Self.lines(of: report, state.trend, keep)
            lines.append(("store_looked_ms_ago", "\(max(0, now - report.lookedAt))"))
        }
        return InformationSection("Store", lines, isOfAllTenants: true)
    }

    private static func lines(
        of report: ServerReport, _ trend: MemoryTrend, _ keep: Retention
    ) -> [(String, String)] {
        func flag(_ value: Bool?) -> String { value.map { $0 ? "1" : "0" } ?? "unknown" }
        return [
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
            ("store_memory_system_bytes", "\(report.systemBytes)"),
        ] + MemoryForecast(report, trend, keep: keep).lines
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
