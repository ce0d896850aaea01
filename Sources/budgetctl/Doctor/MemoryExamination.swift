// Where Redis's memory leads. What is written stays for as long as the policy keeps it, so at a
// steady pace memory grows for the longest of those times and then no more: what is used now, and
// the growth of that time, is the most that there will be.

/// Judges memory by what the daemon's INFO tells.
struct MemoryExamination {
    /// The share of maxmemory at which there is still time to act.
    static let alertShare = 0.7
    /// What has to be watched before its growth means something.
    static let leastWatchedMs: Int64 = 600_000
    private static let dayMs = 86_400_000.0

    let used: Int64
    /// 0 where there is no bound.
    let most: Int64
    let growthPerDay: Int64
    let watchedMs: Int64
    let keepMs: Int64

    /// Nil where the daemon has not seen a Redis.
    init?(_ information: Information) {
        guard information["store_memory_bytes"] != nil else { return nil }
        func whole(_ name: String) -> Int64 {
            information["store_" + name].flatMap { Int64($0) } ?? 0
        }
        self.init(
            used: whole("memory_bytes"), most: whole("memory_max_bytes"),
            growthPerDay: whole("memory_growth_bytes_per_day"),
            watchedMs: whole("memory_watched_ms"), keepMs: whole("keep_ms"))
    }

    init(used: Int64, most: Int64, growthPerDay: Int64, watchedMs: Int64, keepMs: Int64) {
        self.used = used
        self.most = most
        self.growthPerDay = growthPerDay
        self.watchedMs = watchedMs
        self.keepMs = keepMs
    }

    var findings: [Finding] { [now, forecast] }

    private var alert: Int64 { Int64(Double(most) * Self.alertShare) }

    private static let more =
        "raise maxmemory, or shorten keep in the policy (runs, journal, keys)"

    private var now: Finding {
        let name = "redis memory"
        guard most > 0 else {
            return .warn(
                name, "\(Shown.bytes(used)), and maxmemory is 0: the system ends it at some size",
                "CONFIG SET maxmemory, below the machine's memory")
        }
        let share = "\(Shown.bytes(used)) of \(Shown.bytes(most)), \(used * 100 / most) %"
        guard used < most else {
            return .fail(name, share + ": it is full, and nothing more is admitted", Self.more)
        }
        guard used < alert else {
            return .fail(name, share + "; at 100 % nothing more is admitted", Self.more)
        }
        return .ok(name, share)
    }

    private var forecast: Finding {
        let name = "memory forecast"
        guard watchedMs >= Self.leastWatchedMs else {
            return .ok(
                name, "none yet: watched for \(Shown.duration(watchedMs)), expected 10m")
        }
        let growth = max(0, growthPerDay)
        let peak = Double(used) + Double(growth) * Double(keepMs) / Self.dayMs
        let bytes = peak < Double(Int64.max) ? Int64(peak) : .max
        let text =
            "\(Shown.bytes(growth)) more a day, kept for \(Shown.duration(keepMs)): "
            + "\(Shown.bytes(bytes)) at most"
        guard most > 0, bytes >= alert, used < alert, growth > 0 else { return .ok(name, text) }
        let days = Double(alert - used) / Double(growth)
        let left = Shown.duration(Int64(days * Self.dayMs))
        return .warn(name, text + "; 70 % of maxmemory in \(left)", Self.more)
    }
}
