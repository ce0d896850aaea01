// What verifying found, set right: counters, keys and reservations, each audited, and nothing lost.

import Foundation
import RESP
import TestSupport
import Testing

extension Control.VerifyTests {
    @Test func aFlippedCounterIsRepaired() throws {
        try work()
        let daily = try key("w:user=alice:d")
        try bench.redis.command("HINCRBY", daily, "s:tokens", "-1")
        try bench.redis.command("HINCRBY", "b:{default}:run:r1", "calls:t9", "5")
        #expect(try bench.control("verify").status == 1)
        let unasked = try bench.control("verify --repair --reason x")
        #expect(unasked.status == 2, "\(unasked.errors)")
        #expect(unasked.output.contains("  \(daily): s:tokens 499 → 500"))
        #expect(try bench.redis.command("HGET", daily, "s:tokens").string == "499")
        let ran = try bench.control("verify --repair --yes --reason disk")
        #expect(ran.status == 0, "\(ran.output) \(ran.errors)")
        #expect(ran.output.hasSuffix("all agree\n"))
        #expect(try bench.control("verify").status == 0)
        let usage = try bench.ask("USAGE user alice")["limits"]?.array ?? []
        #expect(usage.first?["spent"]?.integer == 500)
        let audit = try bench.control("audit --count 2 --json").list("entries")
        #expect(Set(audit.map { $0["action"] as? String }) == ["correct"])
        #expect(audit.allSatisfy { $0["reason"] as? String == "disk" })
        let subjects = audit.compactMap { $0["subject"] as? String }
        #expect(Set(subjects) == ["user=alice", "run=r1"])
        #expect(try bench.control("audit verify").status == 0)
        #expect(try bench.control("verify --yes").status == 2)
    }

    @Test func whatIsRepairedIsToldAsJSON() throws {
        try work()
        let flight = "b:{default}:w:run=r1:L"
        try bench.redis.command("DEL", flight)
        let hold = try #require(
            try bench.redis.command("ZRANGE", "b:{default}:holds", "0", "0").array?[0].string)
        try bench.redis.command("ZREM", "b:{default}:holds", hold)
        let ran = try bench.control("verify --repair --yes --reason disk --json")
        #expect(ran.status == 0, "\(ran.output)")
        #expect(ran.list("repairs").map { $0["key"] as? String } == [flight, hold])
        #expect(ran.list("repairs").allSatisfy { $0["repaired"] as? Int == 1 })
        #expect(ran.errors.contains("  \(hold): it is held again"))
        #expect(try bench.redis.command("ZSCORE", "b:{default}:holds", hold).isNull == false)
        #expect(try bench.control("audit verify").status == 0)
    }

    /// Nobody can settle it, and no sweep ends it; the journal has it all the same.
    @Test func aRecordThatWasDeletedIsHeldAgain() throws {
        func held() throws -> Int64? {
            let limits = try bench.ask("USAGE run r1 user alice")["limits"]?.array ?? []
            return limits.first { $0["limit"]?.string == "flight" }?["held"]?.integer
        }
        let lost = try hold("lost", "ttl_ms 600000 task t1")
        let overdue = try hold("overdue", "ttl_ms 1 task t2")
        try bench.ask("CHARGE idempotency_key c \(Self.call) task t3")
        func record(_ id: String) -> String {
            "b:{default}:r:" + id.dropFirst("default.".count)
        }
        // Before it ends: what is charged at its end would be written else.
        for id in [lost, overdue] {
            try bench.redis.command("DEL", record(id))
            try bench.redis.command("ZREM", "b:{default}:holds", record(id))
        }
        #expect(try bench.ask("COMMIT \(lost)").errorCode == "UNKNOWN_RESERVATION")
        #expect(try bench.control("verify").status == 1)
        let ran = try bench.control("verify --repair --yes --reason lost --json")
        #expect(ran.list("repairs").count == 2, "\(ran.output) \(ran.errors)")
        #expect(try eventually { try held() == 1 }, "the overdue one is swept")
        #expect(try bench.ask("COMMIT \(lost) output_tokens 7")["state"]?.string == "committed")
        #expect(try bench.ask("STATUS \(overdue)")["state"]?.string == "expired")
        #expect(try held() == 0)
        let last = try bench.control("verify")
        #expect(last.status == 0, "\(last.output)")
        #expect(try bench.control("audit verify").status == 0)
        let audit = try bench.control("audit --count 1 --json").list("entries")
        #expect(audit.first?["action"] as? String == "correct")
        #expect((audit.first?["after"] as? String)?.hasPrefix("reservation held ") == true)
        // It is of what was found then: once more it is refused, and so is one that has ended.
        let text = try #require(audit.first?["after"] as? String)
        let line = text.dropFirst("reservation held ".count).prefix { $0.isNumber }
        for id in [lost, overdue] {
            let again = try bench.ask([
                "CORRECT", "key", record(id), "changes", "held - \(line) 0 deadline - 5 0",
                "as_of", "\(line)", "reason", "x", "idempotency_key", "again-\(id)",
            ])
            #expect(again.errorCode == "CONFLICT", "\(again)")
        }
    }

    /// It would be settled as what it says: for nothing, or never.
    @Test(arguments: [("\ti=400", "\ti=1"), ("H", "R"), ("1", "9"), ("", "")])
    func aRecordThatWasChangedIsMadeAnew(_ own: String, _ other: String) throws {
        let id = try hold("flipped", "ttl_ms 600000 task t1")
        let record = "b:{default}:r:" + id.dropFirst("default.".count)
        let made = try #require(try bench.redis.command("GET", record).string)
        let place = try #require(made.firstRange(of: own))
        let spoilt = own.isEmpty ? "" : made.replacingCharacters(in: place, with: other)
        try bench.redis.command("SET", record, spoilt)
        let found = try bench.control("verify")
        #expect(found.status == 1 && found.output.contains("\(record): its record"), "\(found)")
        let ran = try bench.control("verify --repair --yes --reason flipped --json")
        #expect(ran.status == 0, "\(ran.output) \(ran.errors)")
        let after = try #require(try bench.redis.command("GET", record).string)
        // Which limit was the tightest stands in no line.
        func lines(_ text: String) -> [Substring] {
            let lines = text.split(separator: "\n")
            let head = lines[0].split(separator: " ").prefix(3)
            return Array(head + lines.dropFirst())
        }
        #expect(lines(after) == lines(made))
        #expect(try bench.ask("COMMIT \(id) output_tokens 7")["state"]?.string == "committed")
        #expect(try bench.control("verify").status == 0)
        #expect(try bench.control("audit verify").status == 0)
    }

    /// The tokens that bob has spent today.
    private func spent() throws -> Int {
        let limits = try bench.ask("USAGE user bob")["limits"]?.array ?? []
        return Int(limits.first?["spent"]?.integer ?? 0)
    }

    /// Counters flip and are set back while the daemon decides; at the end the books balance.
    @Test func repairsUnderLoadLoseNothing() throws {
        let load = Charging(of: "bob", at: bench)
        for index in 0..<6 {
            let isLoaded = try eventually { try spent() >= 5 * (index + 1) }
            try #require(isLoaded)
            let daily = try key("w:user=bob:d")
            let field = index.isMultiple(of: 2) ? "s:tokens" : "u:tokens"
            try bench.redis.command("HINCRBY", daily, field, index < 3 ? "40" : "-3")
            let ran = try bench.control("verify --repair --yes --reason load --json")
            #expect(ran.status == 0, "\(ran.output) \(ran.errors)")
            #expect(ran.list("repairs").map { $0["repaired"] as? Int } == [1])
        }
        let charged = try load.end()
        #expect(try spent() == charged)
        #expect(try bench.control("verify").status == 0)
    }
}
