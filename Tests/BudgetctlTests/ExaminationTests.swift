// What the doctor makes of facts, without a daemon.

import Testing

@testable import budgetctl

@Suite struct ExaminationTests {
    private static let day: Int64 = 86_400_000

    /// Used, maxmemory, growth a day, watched; then the levels of both lines, and what is said.
    @Test(
        arguments: [
            (100, 1000, 0, 10, "ok ok", "100 B of 1.0 kB, 10 %"),
            (699, 1000, 0, 10, "ok ok", "0 B more a day"),
            (700, 1000, 0, 10, "fail ok", "70 %; at 100 % nothing more"),
            (1000, 1000, 0, 10, "fail ok", "100 %: it is full"),
            (1001, 1000, 5, 10, "fail ok", "100 %: it is full"),
            (100, 1000, 19, 10, "ok ok", "670 B at most"),
            (100, 1000, 20, 10, "ok warn", "700 B at most; 70 % of maxmemory in 30d"),
            (100, 1000, 600, 10, "ok warn", "70 % of maxmemory in 1d"),
            (100, 1000, -50, 10, "ok ok", "0 B more a day"),
            (100, 1000, 600, 9, "ok ok", "none yet: watched for 9m"),
            (100, 0, 600, 10, "warn ok", "18.1 kB at most"),
            (1, .max, .max, 10, "ok warn", "at most"),
        ] as [(Int64, Int64, Int64, Int64, String, String)])
    func memory(
        _ used: Int64, _ most: Int64, _ growth: Int64, _ minutes: Int64, _ levels: String,
        _ text: String
    ) {
        let findings = MemoryExamination(
            used: used, most: most, growthPerDay: growth, watchedMs: minutes * 60_000,
            keepMs: 30 * Self.day
        ).findings
        #expect(findings.map(\.level.rawValue).joined(separator: " ") == levels)
        let said = findings.map(\.message).joined(separator: "\n")
        #expect(said.contains(text), "\(said)")
    }

    @Test(
        arguments: [(0, 0, "ok"), (500, 0, "ok"), (-501, 0, "warn"), (600, 100, "ok")]
            as [(Int64, Int64, String)])
    func clocks(_ offset: Int64, _ doubt: Int64, _ level: String) {
        let finding = ClockExamination.finding("c", offsetMs: offset, doubtMs: doubt, of: "x's")
        #expect(finding.level.rawValue == level)
    }

    private static let sound = """
        store_address:unix:/run/redis.sock
        store_connections:2
        store_connections_ready:2
        store_error:
        store_error_for_ms:
        store_looked_ms_ago:29000
        store_version:7.2.4
        store_role:master
        store_maxmemory_policy:noeviction
        store_appendonly:1
        store_appendfsync:always
        store_no_appendfsync_on_rewrite:0
        store_can_write:1
        store_replicas:0
        store_min_replicas:0
        store_clock_skew_ms:3
        """

    /// What is otherwise, the line that tells, its level, and what it says.
    @Test(arguments: [
        ("store_version:6.2.1", "redis version", "fail", "7.0 or newer"),
        ("store_role:slave", "redis role", "fail", "its master"),
        ("store_maxmemory_policy:allkeys-lru", "redis eviction", "fail", "noeviction"),
        ("store_appendonly:0", "redis persistence", "warn", "appendonly yes"),
        ("store_appendfsync:everysec", "redis fsync", "warn", "always"),
        ("store_appendfsync:no", "redis fsync", "warn", "always"),
        ("store_appendfsync:unknown", "redis fsync", "warn", "redis.assume"),
        ("store_no_appendfsync_on_rewrite:1", "redis fsync", "warn", "-on-rewrite no"),
        ("store_can_write:0", "redis disk", "fail", "make room"),
        ("store_replicas:2", "redis replicas", "warn", "min-replicas-to-write 1"),
        ("store_clock_skew_ms:-900", "redis clock", "warn", "NTP"),
        ("store_connections_ready:1", "redis connection", "fail", "start it or change it"),
        ("store_looked_ms_ago:90000", "redis look", "warn", "as soon as it answers"),
        ("store_min_replicas:1", "redis replicas", "fail", "min-replicas-to-write 0"),
    ])
    func redis(_ line: String, _ name: String, _ level: String, _ advice: String) throws {
        let field = line.prefix { $0 != ":" } + ":"
        let text = Self.sound.split(separator: "\n").map { $0.hasPrefix(field) ? line : "\($0)" }
            .joined(separator: "\r\n")
        let findings = StoreExamination(information: Information(text: text)).findings
        let bad = findings.filter { $0.level != .ok }
        #expect(bad.map(\.name) == [name])
        #expect(bad.first?.level.rawValue == level)
        #expect(bad.first?.advice.contains(advice) == true, "\(bad)")
        let sound = StoreExamination(information: Information(text: Self.sound)).findings
        #expect(sound.allSatisfy { $0.level == .ok })
    }

    /// A daemon that has never seen it tells why.
    @Test func awayFromTheStart() {
        let text = """
            store_address:127.0.0.1:6379\r
            store_connections:1\r
            store_connections_ready:0\r
            store_error:connection refused\r
            store_error_for_ms:65000\r
            """
        let findings = StoreExamination(information: Information(text: text)).findings
        #expect(
            findings.map(\.message) == ["none to 127.0.0.1:6379 for 1m 5s: connection refused"])
        #expect(MemoryExamination(Information(text: text)) == nil)
    }

    /// A daemon that is older than this tells nothing of its Redis.
    @Test func nothingTold() {
        let text = "connected_clients:1"
        let findings = StoreExamination(information: Information(text: text)).findings
        #expect(findings.map(\.level) == [.fail])
    }
}
