// Redis's memory and where it leads, as the daemon's INFO tells it. What bounds it is its
// maxmemory, or the machine's memory where it has none.

/// Judges memory by what the daemon's INFO tells.
struct MemoryExamination {
    let used: Int64
    /// `maxmemory`; 0 where there is none.
    let most: Int64
    /// The machine's memory; 0 where Redis doesn't tell it.
    let system: Int64
    let growthPerDay: Int64
    let watchedMs: Int64
    let keepMs: Int64
    /// The most that there will be; nil where it wasn't watched for long enough.
    let peak: Int64?
    /// When 70 % of the bound are used: 0 where they are, nil where it doesn't come to that.
    let alertInMs: Int64?

    /// Nil where the daemon has not seen a Redis.
    init?(_ information: Information) {
        guard information["store_memory_bytes"] != nil else { return nil }
        func number(_ name: String) -> Int64? {
            information["store_" + name].flatMap { Int64($0) }
        }
        used = number("memory_bytes") ?? 0
        most = number("memory_max_bytes") ?? 0
        system = number("memory_system_bytes") ?? 0
        growthPerDay = number("memory_growth_bytes_per_day") ?? 0
        watchedMs = number("memory_watched_ms") ?? 0
        keepMs = number("keep_ms") ?? 0
        peak = number("memory_forecast_bytes")
        alertInMs = number("memory_alert_in_ms")
    }

    var findings: [Finding] { [now, forecast] }

    private static let shorter = "shorten keep in the policy (runs, journal, keys)"

    private var now: Finding {
        let name = "redis memory"
        guard most > 0 else { return unbounded(name) }
        let share = "\(Shown.bytes(used)) of \(Shown.bytes(most)), \(Self.percent(used, most))"
        let more = "raise maxmemory, or " + Self.shorter
        guard used < most else {
            return .fail(name, share + ": it is full, and nothing more is admitted", more)
        }
        guard alertInMs != 0 else {
            return .fail(name, share + "; at 100 % nothing more is admitted", more)
        }
        return .ok(name, share)
    }

    private func unbounded(_ name: String) -> Finding {
        let advice = "CONFIG SET maxmemory, below the machine's memory"
        guard system > 0 else {
            return .warn(
                name, "\(Shown.bytes(used)), and maxmemory is 0: the system ends it at some size",
                advice)
        }
        let share =
            "\(Shown.bytes(used)) of the machine's \(Shown.bytes(system)), "
            + "\(Self.percent(used, system)), and maxmemory is 0: the system ends it at some size"
        return alertInMs == 0 ? .fail(name, share, advice) : .warn(name, share, advice)
    }

    private var forecast: Finding {
        let name = "memory forecast"
        guard let peak else {
            return .ok(
                name, "none yet: watched for \(Shown.duration(watchedMs)), expected 10m")
        }
        let text =
            "\(Shown.bytes(max(0, growthPerDay))) more a day, kept for \(Shown.duration(keepMs)): "
            + "\(Shown.bytes(peak)) at most"
        guard most > 0 || system > 0 else {
            return .note(
                name, text + "; no maximum is set, and Redis doesn't tell the machine's memory")
        }
        guard let alertInMs, alertInMs > 0 else { return .ok(name, text) }
        let bound = most > 0 ? "maxmemory" : "the machine's memory"
        return .warn(
            name, text + "; 70 % of \(bound) in \(Shown.duration(alertInMs))",
            most > 0 ? "raise maxmemory, or " + Self.shorter : Self.shorter)
    }

    private static func percent(_ part: Int64, _ whole: Int64) -> String {
        "\(Int64(Double(part) / Double(whole) * 100)) %"
    }
}
