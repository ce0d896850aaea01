// What hides nothing, and what a repair leaves: flags, refusals, keys of the wrong type.

import RESP
import TestSupport
import Testing

extension Control.VerifyTests {
    /// The flag that a spoilt counter causes says nothing for the counter.
    @Test func aFlaggedCounterIsRepaired() throws {
        try bench.ask("CHARGE idempotency_key c \(Self.call)")
        let id = try hold("h")
        let daily = try key("w:user=alice:d")
        // More than the hold, so that more is spent than used.
        try bench.redis.command("HINCRBY", daily, "s:tokens", "700")
        try bench.ask("COMMIT \(id) output_tokens 7")
        #expect(try bench.redis.command("HGET", daily, "flagged").string == "1")
        let found = try bench.control("verify")
        #expect(found.status == 1, "\(found.output)")
        #expect(found.output.contains("\(daily): it is flagged, and no sum of the entries"))
        #expect(found.output.contains("\(daily): s:tokens is "))
        let ran = try bench.control("verify --repair --yes --reason disk")
        #expect(ran.status == 0, "\(ran.output) \(ran.errors)")
        #expect(ran.output.contains("  \(daily): flagged 1 → none"))
        #expect(ran.output.hasSuffix("all agree\n"))
        #expect(try bench.redis.command("HGET", daily, "flagged").isNull)
    }

    /// One that is refused doesn't keep the others from being made.
    @Test func whatIsRefusedIsLeft() throws {
        try work()
        let daily = try key("w:user=alice:d")
        try bench.redis.command("HINCRBY", "b:{default}:run:r1", "tokens:a b", "5")
        try bench.redis.command("HINCRBY", daily, "s:tokens", "-1")
        let ran = try bench.control("verify --repair --yes --reason disk --json")
        #expect(ran.status == 1, "\(ran.output) \(ran.errors)")
        let repairs = ran.list("repairs")
        #expect(repairs.count == 2)
        for one in repairs {
            let isRun = one["key"] as? String == "b:{default}:run:r1"
            #expect(one["repaired"] as? Int == (isRun ? 0 : 1), "\(one)")
            if isRun { #expect((one["message"] as? String)?.contains("BADARG") == true) }
        }
        #expect(ran.list("differences").map { $0["field"] as? String } == ["tokens:a b"])
    }

    @Test(
        arguments: ["w:run=r1:L", "run:r1", "run:r1:tasks", "steer"],
        [["SET", "KEY", "x"], ["ZADD", "KEY", "5", "x"], ["HSET", "KEY", "x", "y"]])
    func aWrongTypeIsSaidSo(_ name: String, _ other: [String]) throws {
        let isRight = other[0] == (name.hasSuffix("tasks") ? "ZADD" : "HSET")
        if isRight { return }
        try work()
        let key = "b:{default}:" + name
        try bench.redis.command("DEL", key)
        let words = other.map { $0 == "KEY" ? key : $0 }
        _ = try BlockingConnection(unixPath: bench.redis.socketPath).command(words)
        let ran = try bench.control("verify --repair --json")
        #expect(ran.status == 1, "\(ran.errors)")
        let differences = ran.list("differences").filter { $0["key"] as? String == key }
        #expect(differences.count == 1, "\(ran.output)")
        let message = differences.first?["message"] as? String ?? ""
        #expect(message.hasPrefix("it has the wrong type in Redis"), "\(message)")
        #expect(ran.list("corrections").isEmpty)
    }

    @Test func whatCannotBeSetRightIsToldAlone() throws {
        try work()
        let hold = "b:{default}:r:0123456789012345678901"
        try bench.redis.command("ZADD", "b:{default}:holds", "4000000000000", hold)
        let ran = try bench.control("verify --repair")
        #expect(ran.status == 1, "\(ran.errors)")
        #expect(ran.output.contains("what can't be set right so, and is left:\n  \(hold)"))
        #expect(!ran.output.contains("what is going to be changed"))
    }

    /// Of one it is said that it is, of two that they are.
    @Test func oneHoldIsOlderAndTwoAre() throws {
        for (key, words) in [("h", "\n1 hold is older"), ("i", "\n2 holds are older")] {
            _ = try hold(key)
            try bench.ask("CHARGE idempotency_key c\(key) \(Self.call)")
            try bench.redis.command("XTRIM", "b:{default}:journal", "MAXLEN", "1")
            let ran = try bench.control("verify")
            #expect(ran.output.contains(words + " than the journal; "), "\(ran.output)")
        }
    }
}
