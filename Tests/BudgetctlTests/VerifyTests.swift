// The books of a daemon in use, verified: quiet as long as they are as the daemon left them.

import Foundation
import RESP
import TestSupport
import Testing

extension Control {
    @Suite struct VerifyTests {
        let bench: Bench

        init() throws {
            bench = try Bench(
                policy: Bench.policy.replacing("on_expire: release", with: "on_expire: charge"))
        }

        static let call =
            "user alice session s1 run r1 agent a model gpt-4o input_tokens 400 output_tokens 100"

        func hold(_ key: String, _ more: String = "") throws -> String {
            let answer = try bench.ask("RESERVE idempotency_key \(key) \(Self.call) \(more)")
            return try #require(answer["id"]?.string, "\(answer)")
        }

        /// Every kind of step, resets and acts among them.
        func work() throws {
            for index in 0..<40 {
                let id = try hold("k\(index)", "task t\(index % 3)")
                switch index % 4 {
                case 0: try bench.ask("COMMIT \(id) output_tokens \(index)")
                case 1: try bench.ask("RELEASE \(id)")
                case 2: try bench.ask("EXTEND \(id) ttl_ms 600000")
                default: break
                }
                try bench.ask("CHARGE idempotency_key c\(index) \(Self.call) task t9")
                try bench.ask("RECORD idempotency_key p\(index) \(Self.call)")
            }
            let act = "user alice reason x idempotency_key"
            try bench.ask("LIMIT RESET limit daily \(act) q1")
            try bench.ask("LIMIT RESET limit hourly \(act) q2")
            try bench.ask("LIMIT RESET limit fan run r1 reason x idempotency_key q3")
            try bench.ask("LIMIT GRANT limit daily amount 5 until_ms 4000000000000 \(act) q4")
            try bench.ask("CHARGE idempotency_key after \(Self.call) task t1")
        }

        /// Two holds that expire, are charged, and of which one is committed late.
        private func expire() throws {
            let late = try hold("late", "ttl_ms 1")
            let never = try hold("never", "ttl_ms 1")
            for _ in 0..<1000 {
                let states = try [late, never].map {
                    try bench.ask("STATUS \($0)")["state"]?.string
                }
                if states == ["expired", "expired"] { break }
                usleep(10_000)
            }
            let answer = try bench.ask("COMMIT \(late) output_tokens 7")
            #expect(answer["state"]?.string == "late_committed", "\(answer)")
        }

        @Test func aHealthyStoreIsQuiet() throws {
            try work()
            try expire()
            let ran = try bench.control("verify")
            #expect(ran.status == 0, "\(ran.output)")
            #expect(ran.output.hasSuffix("all agree\n"))
            let json = try bench.control("verify --json")
            #expect(json.json["agrees"] as? Int == 1)
            #expect(json.json["holds"] as? Int == 20)
            #expect((json.json["counters"] as? Int ?? 0) > 20)
            #expect((json.json["lines"] as? Int ?? 0) > 150)
        }

        /// A name that is misspelt is no agreement.
        @Test func ofATenantThatIsNoneItSaysSo() throws {
            let none = "there is nothing of the tenant "
            let own = try bench.control("verify")
            #expect(own.status == 0 && own.output.hasPrefix(none + "default"))
            try work()
            let said = none + "nobody: no entry, and nothing that is counted"
            let nobody = try bench.control("verify --tenant nobody")
            #expect(nobody.status == 1 && nobody.output.hasPrefix(said), "\(nobody.output)")
            let json = try bench.control("verify --tenant nobody --json")
            #expect(json.status == 1 && json.json["lines"] as? Int == 0)
            #expect((json.json["notes"] as? [String])?.first?.hasPrefix(said) == true)
            try bench.ask("SUBJECT SUSPEND tenant set user u reason x idempotency_key 1")
            #expect(try bench.control("verify --tenant set").output.hasSuffix("all agree\n"))
        }

        /// The window's key that begins so.
        func key(_ start: String) throws -> String {
            let keys = try bench.redis.command("KEYS", "*\(start)*").array ?? []
            return try #require(keys.first?.string)
        }

        @Test func aFlippedCounterIsNamed() throws {
            try work()
            let daily = try key("w:user=alice:d")
            try bench.redis.command("HINCRBY", daily, "s:tokens", "-1")
            let ran = try bench.control("verify")
            #expect(ran.status == 1)
            #expect(ran.output.contains("\(daily): s:tokens is 499, the entries add up to 500"))
            try bench.redis.command("HINCRBY", daily, "s:tokens", "1")
            #expect(try bench.control("verify").status == 0)
        }

        /// A run's tasks and entries, each spoilt in every way.
        @Test(arguments: [
            (["ZINCRBY", ":tasks", "5", "t1"], "task \"t1\" has "),
            (["ZREM", ":tasks", "t1"], "it has 4 members, the entries make 5"),
            (["ZADD", ":tasks", "0", "t77"], "task \"t77\" has 0, the entries add up to none"),
            (["ZPOPMIN", ":entries"], "members, the entries make "),
            (["ZADD", ":entries", "5", "1-0000000000000001"], "entry 1-1 is none of this run's"),
            (["ZADD", ":entries", "5", "nonsense"], "\"nonsense\" is no entry"),
            (["DEL", ":entries"], "it is not in Redis, and has to be"),
        ])
        func aRunsSetsAreCompared(_ spoil: [String], _ message: String) throws {
            try work()
            #expect(try bench.control("verify").status == 0)
            var words = spoil
            let set = "b:{default}:run:r1" + words[1]
            words[1] = set
            // The oldest entry of the journal, a reservation, has the number 1 of its epoch.
            let epoch = try bench.ask("JOURNAL count 1")["entries"]?.array?.first?["seq"]?.integer
            words = words.map { $0.replacing("1-0000", with: "\((epoch ?? 0) >> 40)-0000") }
            _ = try BlockingConnection(unixPath: bench.redis.socketPath).command(words)
            let ran = try bench.control("verify")
            #expect(ran.status == 1)
            let expected = message.replacing("1-1", with: "\((epoch ?? 0) >> 40)-1")
            #expect(ran.output.contains("\(set): "), "\(ran.output)")
            #expect(ran.output.contains(expected), "\(ran.output)")
        }

        @Test func whatIsSetIsComparedWithTheAudit() throws {
            let act = "reason x idempotency_key"
            try bench.ask("LIMIT SET limit daily user alice cap 7 \(act) 1")
            try bench.ask(
                "LIMIT GRANT limit hourly user alice amount 2 until_ms 4000000000000 \(act) 2")
            try bench.ask("SUBJECT SUSPEND run r1 \(act) 3")
            try bench.ask("SUBJECT SUSPEND run r2 \(act) 4")
            try bench.ask("SUBJECT RESUME run r2 \(act) 5")
            try bench.ask("LIMIT SET limit loop run r3 cap 7 \(act) 6")
            try bench.ask("LIMIT UNSET limit loop run r3 \(act) 7")
            #expect(try bench.control("verify").status == 0)
            let key = "b:{default}:steer"
            let alice = try #require(try bench.redis.command("HGET", key, "user=alice").string)
            let spoilt = [
                ("user=alice", alice.replacing(":7:", with: ":8:")), ("user=alice", "S"),
                ("user=alice", "?"), ("run=r1", "-"), ("run=r9", "S"),
            ]
            for (scope, text) in spoilt {
                let before = try bench.redis.command("HGET", key, scope).string
                try bench.redis.command("HSET", key, scope, text)
                let ran = try bench.control("verify")
                #expect(ran.status == 1 && ran.output.contains("\(key): \(scope): "), "\(text)")
                if let before {
                    try bench.redis.command("HSET", key, scope, before)
                } else {
                    try bench.redis.command("HDEL", key, scope)
                }
            }
            #expect(try bench.control("verify").status == 0)
            try bench.redis.command("DEL", key)
            let lost = try bench.control("verify")
            #expect(lost.output.contains("run=r1: - is set, by the audit it is S"))
        }

        @Test func totalsHoldsAndLostKeysAreFound() throws {
            try work()
            let run = try key("run:r1")
            try bench.redis.command("HINCRBY", "b:{default}:run:r1", "s:cost", "5")
            let totals = try bench.control("verify --json")
            #expect(totals.list("differences").count == 1, "\(run): \(totals.output)")
            #expect(totals.list("differences").first?["field"] as? String == "s:cost")
            try bench.redis.command("HINCRBY", "b:{default}:run:r1", "s:cost", "-5")

            let hold = try #require(
                try bench.redis.command("ZRANGE", "b:{default}:holds", "0", "0").array?[0].string)
            try bench.redis.command("ZREM", "b:{default}:holds", hold)
            let holds = try bench.control("verify")
            #expect(holds.output.contains("\(hold): it is held in the journal"))

            let flight = "b:{default}:w:run=r1:L"
            try bench.redis.command("DEL", flight)
            let lost = try bench.control("verify")
            #expect(lost.output.contains("\(flight): it is not in Redis, and has to be"))
        }

        @Test func aTrimmedJournalIsSaidSo() throws {
            try work()
            try bench.redis.command("XTRIM", "b:{default}:journal", "MAXLEN", "30")
            let ran = try bench.control("verify")
            #expect(ran.status == 0, "\(ran.output)")
            #expect(ran.output.contains("the journal was trimmed: it tells from "))
            let daily = try key("w:user=alice:d")
            try bench.redis.command("HSET", daily, "s:tokens", "0", "u:tokens", "0")
            #expect(try bench.control("verify").status == 1)
        }

        /// It may be used while the books are.
        @Test func trafficIsNoDifference() async throws {
            async let traffic: Void = Task.detached { [self] in try work() }.value
            for _ in 0..<5 {
                let ran = try bench.control("verify")
                #expect(ran.status == 0, "\(ran.output)")
            }
            try await traffic
        }

        @Test func theCommandsAreForOperators() throws {
            let journal = try bench.ask("JOURNAL count 1")
            #expect(journal["entries"]?.array?.isEmpty == true)
            let counters = try bench.ask("COUNTERS")
            let next = try #require(counters["next"]?.integer)
            #expect(try bench.ask("COUNTERS cursor \(next)")["next"]?.isNull == true)
            #expect(try bench.ask("JOURNAL user alice").errorCode == "BADARG")
        }
    }
}
