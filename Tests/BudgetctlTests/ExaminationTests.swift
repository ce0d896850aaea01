// What the doctor makes of facts, without a daemon.

import Testing

@testable import budgetctl

@Suite struct ExaminationTests {
    private static func memory(_ lines: String) throws -> [Finding] {
        let text = lines.split(separator: " ").map { "store_" + $0 }.joined(separator: "\r\n")
        return try #require(MemoryExamination(Information(text: text))).findings
    }

    private static let pace =
        " memory_growth_bytes_per_day:20 memory_watched_ms:600000 keep_ms:2592000000"

    /// What INFO tells; then the levels of both lines, and what is said.
    @Test(arguments: [
        ("memory_bytes:100 memory_max_bytes:1000", "ok ok", "100 B of 1.0 kB, 10 %"),
        ("memory_bytes:1 memory_max_bytes:9 memory_watched_ms:540000", "ok ok", "watched for 9m"),
        (
            "memory_bytes:700 memory_max_bytes:1000 memory_alert_in_ms:0", "fail ok",
            "70 %; at 100 % nothing more"
        ),
        ("memory_bytes:1000 memory_max_bytes:1000 memory_alert_in_ms:0", "fail ok", "it is full"),
        (
            "memory_bytes:100 memory_max_bytes:1000 memory_forecast_bytes:670" + pace, "ok ok",
            "20 B more a day, kept for 30d: 670 B at most"
        ),
        (
            "memory_bytes:100 memory_max_bytes:1000 memory_forecast_bytes:700 "
                + "memory_alert_in_ms:86400000" + pace, "ok warn", "70 % of maxmemory in 1d"
        ),
        // Without a maximum of its own the machine's memory is one.
        (
            "memory_bytes:100 memory_max_bytes:0 memory_system_bytes:1000 "
                + "memory_forecast_bytes:700 memory_alert_in_ms:86400000" + pace, "warn warn",
            "70 % of the machine's memory in 1d"
        ),
        (
            "memory_bytes:100 memory_max_bytes:0 memory_system_bytes:1000 memory_forecast_bytes:400"
                + pace, "warn ok", "100 B of the machine's 1.0 kB, 10 %, and maxmemory is 0"
        ),
        (
            "memory_bytes:800 memory_max_bytes:0 memory_system_bytes:1000 memory_alert_in_ms:0",
            "fail ok", "80 %, and maxmemory is 0"
        ),
        (
            "memory_bytes:100 memory_max_bytes:0 memory_forecast_bytes:700" + pace, "warn note",
            "20 B more a day, kept for 30d: 700 B at most; no maximum is set"
        ),
    ])
    func memory(_ lines: String, _ levels: String, _ text: String) throws {
        let findings = try Self.memory(lines)
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

    /// What was fine then need not be so now; what was wrong is still to be told.
    @Test(arguments: [
        ("store_looked_ms_ago:90000", "as of 1m 30s ago"),
        ("store_connections_ready:0", "as of 29s ago"),
    ])
    func anOldLookIsNotNow(_ line: String, _ age: String) {
        let field = line.prefix { $0 != ":" } + ":"
        let known = Self.sound + "\nstore_memory_bytes:5\nstore_memory_max_bytes:100"
        for (more, levels) in [("", ["note"]), ("store_appendfsync:no", ["note", "warn"])] {
            let text = known.split(separator: "\n").map { one in
                one.hasPrefix(field)
                    ? line : !more.isEmpty && one.hasPrefix("store_appendfsync:") ? more : "\(one)"
            }.joined(separator: "\r\n")
            let findings = StoreExamination(information: Information(text: text)).findings
            #expect(findings.count == 9)
            #expect(Set(findings.dropFirst().map(\.level.rawValue)) == Set(levels), "\(findings)")
            #expect(findings.dropFirst().allSatisfy { $0.message.hasSuffix("; " + age) })
        }
    }

    /// Redis answers, and was looked at when it was refused.
    @Test func aRefusedOneIsNotAway() {
        let text = Self.sound.replacing(
            "store_connections_ready:2", with: "store_connections_ready:0"
        )
        .replacing("\n", with: "\r\n")
        let away = StoreExamination(information: Information(text: text))
        #expect(away.isAway)
        let refused = Information(text: text + "\r\nstore_connections_refused:2")
        #expect(!StoreExamination(information: refused).isAway)
        #expect(!StoreExamination(information: Information(text: "policy:x")).isAway)
    }

    /// What INFO tells of upkeep, and what is made of it.
    @Test(arguments: [
        ("upkeep_tenants_in_trouble:0", "ok", "every tenant is looked after"),
        (
            "upkeep_tenants_in_trouble:1\r\nupkeep_tenants:a%2cb\r\nupkeep_error:a%2cb: sweep "
                + "failed: INTERNAL x\r\nupkeep_error_for_ms:65000", "fail",
            "a tenant is not wholly looked after (a,b); for 1m 5s a%2cb: sweep failed: INTERNAL x"
        ),
        (
            "upkeep_tenants_in_trouble:12\r\nupkeep_tenants:a,b\r\nupkeep_error:a: x", "fail",
            "12 tenants are not wholly looked after (a, b and 10 more)"
        ),
    ])
    func upkeep(_ text: String, _ level: String, _ said: String) {
        let findings = UpkeepExamination.findings(Information(text: text))
        #expect(findings.map(\.level.rawValue) == [level])
        #expect(findings.first?.message.hasPrefix(said) == true, "\(findings)")
        #expect(UpkeepExamination.findings(Information(text: "policy:x")).isEmpty)
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

    @Test func aFindingFitsItsTerminal() {
        let finding = Finding.warn("redis", "one two three four five", "do this")
        #expect(
            finding.text(nameWidth: 6, within: .max)
                == "warn  redis   one two three four five\n              do this")
        #expect(
            finding.text(nameWidth: 6, within: 34) == """
                warn  redis   one two three four
                              five
                              do this
                """)
        #expect(Finding.ok("redis", "fine").text(nameWidth: 5, within: 0) == "ok    redis  fine")
    }

    /// A daemon that is older than this tells nothing of its Redis.
    @Test func nothingTold() {
        let text = "connected_clients:1"
        let findings = StoreExamination(information: Information(text: text)).findings
        #expect(findings.map(\.level) == [.fail])
    }
}
