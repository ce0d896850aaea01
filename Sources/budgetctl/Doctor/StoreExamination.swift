// The Redis behind a daemon, judged by what the daemon's INFO tells of its connections and of its
// last look. What the daemon refuses is why it has no connection; what it was told to allow is a
// warning here.

/// Judges the facts of INFO's section Store.
struct StoreExamination {
    /// A look is half a minute old at most, while Redis answers.
    private static let oldestLookMs: Int64 = 75_000

    let information: Information

    /// All findings, what matters most first.
    var findings: [Finding] {
        guard information["store_address"] != nil else {
            // Neither is told to who is bound to a tenant.
            guard information["connected_clients"] != nil else {
                return [
                    .note(
                        "redis",
                        "who is bound to a tenant is told nothing of it: ask with another token, "
                            + "or by the unix socket")
                ]
            }
            return [
                .fail(
                    "redis", "the daemon tells nothing of its Redis",
                    "is budgetd as new as budgetctl?")
            ]
        }
        guard information["store_version"] != nil else { return [connections] }
        let seen =
            [version, role, eviction, persistence, fsync] + rewriting + writing + replicas
            + [clock] + (MemoryExamination(information)?.findings ?? [])
        let age = whole("looked_ms_ago")
        guard isAway || age > Self.oldestLookMs else { return [connections] + seen }
        return [connections] + seen.map { $0.seen(before: age) }
    }

    /// Whether nothing answers; where Redis answers and is refused, that was just looked at. Who is
    /// bound to a tenant isn't told.
    var isAway: Bool {
        information["store_connections_ready"] == "0" && whole("connections_refused") == 0
    }

    private func flag(_ name: String) -> Bool { information["store_" + name] == "1" }

    private func text(_ name: String) -> String { information["store_" + name] ?? "?" }

    /// 0 where it is not told.
    private func whole(_ name: String) -> Int64 { Int64(text(name)) ?? 0 }

    private var connections: Finding {
        let (ready, all) = (whole("connections_ready"), whole("connections"))
        let name = "redis connection"
        guard ready < all || all == 0 else { return .ok(name, text("address")) }
        let length = Shown.duration(whole("error_for_ms"))
        let count = ready == 0 ? "none" : "\(ready) of \(all)"
        return .fail(
            name, "\(count) to \(text("address")) for \(length): \(text("error"))",
            "start it or change it as that says, or correct redis in the daemon's configuration")
    }

    private var version: Finding {
        let version = text("version")
        guard let major = Int(version.prefix { $0 != "." }), major >= 7 else {
            return .fail("redis version", version, "budgetd needs Redis 7.0 or newer")
        }
        return .ok("redis version", version)
    }

    private var role: Finding {
        let role = text("role")
        guard role == "master" else {
            return .fail("redis role", role, "let redis.url name its master")
        }
        return .ok("redis role", role)
    }

    private var eviction: Finding {
        let policy = text("maxmemory_policy")
        guard policy == "noeviction" else {
            return .fail(
                "redis eviction", "\(policy) resets budgets silently",
                "CONFIG SET maxmemory-policy noeviction")
        }
        return .ok("redis eviction", policy)
    }

    private var persistence: Finding {
        guard flag("appendonly") else {
            return .warn(
                "redis persistence", "appendonly no: a restart of Redis forgets what was spent",
                "CONFIG SET appendonly yes")
        }
        return .ok("redis persistence", "appendonly yes")
    }

    private var fsync: Finding {
        let name = "redis fsync"
        switch text("appendfsync") {
        case "always": return .ok(name, "always")
        case "everysec":
            return .warn(
                name, "everysec: a power cut forgets up to two acknowledged seconds",
                "CONFIG SET appendfsync always, where that is too much")
        case "unknown":
            return .warn(
                name, "Redis doesn't let the daemon ask",
                "say redis.assume: { appendfsync: … } in the daemon's configuration")
        case let other:
            return .warn(
                name, "\(other): a power cut forgets what was spent",
                "CONFIG SET appendfsync always")
        }
    }

    private var rewriting: [Finding] {
        guard flag("no_appendfsync_on_rewrite") else { return [] }
        return [
            .warn(
                "redis fsync", "no-appendfsync-on-rewrite yes suspends it during rewrites",
                "CONFIG SET no-appendfsync-on-rewrite no")
        ]
    }

    private var writing: [Finding] {
        guard !flag("can_write") else { return [] }
        return [
            .fail(
                "redis disk", "its last write to disk failed: nothing more is admitted",
                "make room on its disk; its log says more")
        ]
    }

    private var replicas: [Finding] {
        let count = whole("replicas")
        guard count >= whole("min_replicas") else {
            return [
                .fail(
                    "redis replicas",
                    "\(count), and min-replicas-to-write is \(text("min_replicas")): nothing is "
                        + "admitted",
                    "start them, or CONFIG SET min-replicas-to-write \(count)")
            ]
        }
        guard count > 0 else { return [] }
        guard text("min_replicas") != "0" else {
            return [
                .warn(
                    "redis replicas",
                    "\(count), and promoting one that is behind forgets what was acknowledged",
                    "CONFIG SET min-replicas-to-write 1")
            ]
        }
        return [.ok("redis replicas", "\(count)")]
    }

    private var clock: Finding {
        ClockExamination.finding(
            "redis clock", offsetMs: whole("clock_skew_ms"), of: "the daemon's")
    }
}
