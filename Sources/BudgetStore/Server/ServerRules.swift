// What a Redis has to be before budgets are kept in it, and what of it an operator may waive.
//
// | fact | verdict |
// |---|---|
// | older than 7.0, no master, another policy than noeviction | refused, always |
// | a command that is needed is refused to us | refused, always |
// | appendonly no, appendfsync no, no-appendfsync-on-rewrite yes | refused, unless waived |
// | CONFIG forbidden | refused, unless appendfsync is said in its place |
// | everysec, replicas without min-replicas-to-write, a clock 500 ms off, no maxmemory | warned |

/// What is asked of a Redis.
public struct ServerRules: Sendable {
    /// What may be waived, by the setting's name in Redis.
    public enum Waiver: String, Sendable, CaseIterable {
        /// Nothing on disk: a restart of Redis forgets everything.
        case appendonly
        /// The system writes when it likes: a power cut forgets about half a minute.
        case appendfsync
        /// Nothing is forced onto the disk while the file is rewritten.
        case rewrite = "no-appendfsync-on-rewrite"
    }

    /// The times at which a Redis writes to disk.
    public enum Fsync: String, Sendable, CaseIterable {
        case always
        case everysec
        case no
    }

    /// What the operator has taken upon itself.
    public var waivers: Set<Waiver> = []
    /// What holds where Redis doesn't let us ask, as managed ones don't.
    public var assumedFsync: Fsync?
    /// The most that two clocks may differ, in milliseconds: windows end by Redis's.
    static let maxSkewMs: Int64 = 500

    /// The strict rules.
    public init() {}

    /// What is wrong, as a sentence; nil where it can be used.
    func refusal(of facts: ServerFacts) -> String? {
        identityFault(facts) ?? rightsFault(facts) ?? durabilityFault(facts)
    }

    private func identityFault(_ facts: ServerFacts) -> String? {
        let version = facts.info["redis_version"] ?? "?"
        guard let major = Int(version.prefix { $0 != "." }), major >= 7 else {
            return "Redis is version \(version); expected 7.0 or newer"
        }
        guard facts.info["role"] == "master" else {
            return "Redis is a \(facts.info["role"] ?? "?"); expected the address of its master"
        }
        guard facts.info["maxmemory_policy"] == "noeviction" else {
            return "Redis's maxmemory-policy is \(facts.info["maxmemory_policy"] ?? "?"), which "
                + "resets budgets silently; expected CONFIG SET maxmemory-policy noeviction"
        }
        return nil
    }

    private func rightsFault(_ facts: ServerFacts) -> String? {
        guard !facts.refused.isEmpty else { return nil }
        let commands = facts.refused.joined(separator: ", ")
        return "Redis refuses the user \(facts.user) the commands \(commands) on keys of b:*; "
            + "expected the rights in CONFIGURATION.md"
    }

    private func durabilityFault(_ facts: ServerFacts) -> String? {
        if facts.info["aof_enabled"] != "1", !waivers.contains(.appendonly) {
            return "Redis's appendonly is no, so its restart forgets what was spent; expected "
                + "CONFIG SET appendonly yes, or redis.allow: [appendonly]"
        }
        // What isn't written at all isn't forced onto the disk either: one waiver says it.
        guard facts.info["aof_enabled"] == "1" else { return nil }
        guard let fsync = fsync(facts) else {
            return
                "Redis doesn't let us ask for its appendfsync (CONFIG GET); expected a user that "
                + "may, or redis.assume: { appendfsync: … } with what its provider says"
        }
        if fsync == .no, !waivers.contains(.appendfsync) {
            return "Redis's appendfsync is no, so a power cut forgets what was spent; expected "
                + "CONFIG SET appendfsync always, or redis.allow: [appendfsync]"
        }
        if facts.settings?["no-appendfsync-on-rewrite"] == "yes", !waivers.contains(.rewrite) {
            return "Redis's no-appendfsync-on-rewrite is yes, which suspends appendfsync; expected "
                + "CONFIG SET no-appendfsync-on-rewrite no, or redis.allow: "
                + "[no-appendfsync-on-rewrite]"
        }
        return nil
    }

    private func fsync(_ facts: ServerFacts) -> Fsync? {
        guard let settings = facts.settings else { return assumedFsync }
        return settings["appendfsync"].flatMap(Fsync.init) ?? assumedFsync
    }

    /// What can be lived with but should be known, a sentence each.
    func warnings(about facts: ServerFacts) -> [String] {
        var warnings: [String] = []
        if facts.info["aof_enabled"] == "1", fsync(facts) == .everysec {
            warnings.append(
                "appendfsync is everysec: a power cut forgets up to two seconds that were "
                    + "acknowledged; always forgets nothing")
        }
        let replicas = Int(facts.info["connected_slaves"] ?? "") ?? 0
        if replicas > 0, facts.settings?["min-replicas-to-write"] == "0" {
            warnings.append(
                (replicas == 1 ? "there is 1 replica" : "there are \(replicas) replicas")
                    + " and min-replicas-to-write is 0: promoting one that "
                    + "is behind forgets what was acknowledged")
        }
        if abs(facts.skewMs) > Self.maxSkewMs {
            warnings.append(
                "its clock is \(facts.skewMs) ms from this machine's: windows end by its clock")
        }
        if facts.info["maxmemory"] == "0" {
            warnings.append(
                "maxmemory is 0: it takes memory until the system ends it; set it below the "
                    + "machine's")
        }
        if !ServerReport(facts, self).takesWrites {
            warnings.append(
                "it takes no writes, by its memory, its disk or its replicas: nothing is admitted; "
                    + "budgetctl doctor says which")
        }
        return warnings
    }
}
