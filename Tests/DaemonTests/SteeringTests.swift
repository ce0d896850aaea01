// Administrators' acts as a client sees them, on one daemon and on two that share a Redis.

import Glibc
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct SteeringTests {
        private let policy = """
            version: 1
            limits:
              - { name: user-day, per: [user], window: day, measure: cost, cap: 0.02, warn_at: 0.5 }
              - { name: loop, per: [run], window: lifetime, measure: calls, cap: 2, warn_at: 1 }
              - { name: rate, per: [agent], window: bucket, measure: calls, rate: 1/d, burst: 2 }
            prices: [prices.yaml]
            """
        /// Costs one cent.
        private let call = "model gpt-4o input_tokens 0 output_tokens 1000"

        @Test func promise10SuspendedAtOnceOnEveryDaemon() throws {
            let redis = try TestRedis()
            let first = try TestDaemon(policy: policy, redis: redis)
            let second = try TestDaemon(policy: policy, redis: redis)
            let held = try second.ask("RESERVE idempotency_key a user u \(call)")
            #expect(held.isAllowed)
            let act = "user u reason loop idempotency_key s1"
            let done = try first.ask("SUBJECT SUSPEND \(act)")
            #expect(done.text("before") == "active")
            #expect(done.text("after") == "suspended")
            for daemon in [second, first] {
                let denied = try daemon.ask("CHARGE idempotency_key b user u \(call)")
                #expect(denied.text("reason") == "suspended")
                #expect(denied.text("scope") == "user=u")
            }
            let id = try #require(held.text("id"))
            let commit = try second.ask("COMMIT \(id) output_tokens 1000")
            #expect(commit.text("state") == "committed")
            #expect(try second.ask("SUBJECT SHOW user u").list("suspended") == ["user=u"])
            let end = try second.ask("SUBJECT RESUME user u reason fixed idempotency_key s2")
            #expect(end.text("after") == "active")
            #expect(try first.ask("CHARGE idempotency_key b user u \(call)").isAllowed)
        }

        /// The name came back with another identity, per other fields or not.
        @Test(arguments: ["per: [user], window: month", "per: [run], window: day"])
        func whatWasSetForALimitThatBecameAnotherCanBeTakenBack(_ other: String) throws {
            let old = "{ name: spend, per: [user], window: day, measure: cost, cap: 5 }"
            let text = "version: 1\nlimits: [\(old)]\nprices: [prices.yaml]\n"
            let daemon = try TestDaemon(policy: text)
            let why = "reason asked idempotency_key"
            let set = try daemon.ask("LIMIT SET limit spend user u cap 1.5 \(why) s1")
            #expect(set.text("after") == "cap $1.50")
            try daemon.directory.write(
                "policy.yaml", text.replacing("per: [user], window: day", with: other))
            #expect(try daemon.ask("POLICY RELOAD").text("changed") == "1")
            let listed = try daemon.ask("LIMIT LIST").maps("overrides")
            #expect(listed.map { $0.text("in_policy") } == ["0"])
            #expect(listed.map { $0.text("measure") } == ["cost"])
            for replayed in ["0", "1"] {
                let unset = try daemon.ask("LIMIT UNSET limit spend user u \(why) s2")
                #expect(unset.text("before") == "cap $1.50", "in dollars: \(unset)")
                #expect(unset.text("after") == "the policy's cap")
                #expect(unset.text("replayed") == replayed)
            }
            #expect(try daemon.ask("LIMIT LIST").maps("overrides").isEmpty)
        }

        /// Redis holds what nobody wrote so: it is told, the rest is listed, and an act mends it.
        @Test func whatCanNotBeReadIsToldAndGoesWithTheNextAct() throws {
            let redis = try TestRedis()
            let daemon = try TestDaemon(policy: policy, redis: redis)
            let why = "reason asked idempotency_key"
            #expect(try daemon.ask("SUBJECT SUSPEND user v \(why) s1").errorCode == nil)
            for (index, garbage) in ["?", "", "S|x", "-|12:7", "Sx|1:2:3"].enumerated() {
                try redis.command("HSET", "b:{default}:steer", "user=u", garbage)
                let listed = try daemon.ask("LIMIT LIST")
                #expect(listed.list("suspended") == ["user=v"], "\(garbage): \(listed)")
                #expect(listed.list("unreadable") == ["user=u"], "\(garbage): \(listed)")
                #expect(try daemon.ask("SUBJECT SHOW user u").list("unreadable") == ["user=u"])
                #expect(try daemon.ask("NEAR").errorCode == nil)
                let set = try daemon.ask("LIMIT SET limit user-day user u cap 7 \(why) c\(index)")
                #expect(set.text("after") == "cap $7.00", "\(garbage): \(set)")
                let mended = try daemon.ask("LIMIT LIST")
                #expect(mended.list("unreadable").isEmpty)
                #expect(mended.maps("overrides").map { $0.text("cap") } == ["7"])
                let stays = garbage.hasPrefix("S") ? ["user=u", "user=v"] : ["user=v"]
                #expect(mended.list("suspended").sorted() == stays, "\(garbage)")
                _ = try daemon.ask("SUBJECT RESUME user u \(why) r\(index)")
            }
        }

        @Test func whatWasSetForALimitThatIsGoneCanBeTakenBack() throws {
            let daemon = try TestDaemon(policy: policy)
            let why = "user u reason asked idempotency_key"
            let set = try daemon.ask("LIMIT SET limit user-day cap 7 \(why) s1")
            #expect(set.text("after") == "cap $7.00")
            let left = policy.split(separator: "\n").filter { !$0.contains("user-day") }
            try daemon.directory.write("policy.yaml", left.joined(separator: "\n"))
            #expect(try daemon.ask("POLICY RELOAD").text("changed") == "1")
            let listed = try daemon.ask("LIMIT LIST").maps("overrides")
            #expect(listed.map { $0.text("limit") } == ["user-day"])
            #expect(listed.map { $0.text("in_policy") } == ["0"])
            #expect(listed.map { $0.text("cap") } == ["7"])
            let never = try daemon.ask("LIMIT UNSET limit user-dax \(why) s2")
            #expect(never.errorCode == "BADARG", "\(never)")
            for replayed in ["0", "1"] {
                let unset = try daemon.ask("LIMIT UNSET limit user-day \(why) s3")
                #expect(unset.text("after") == "the policy's cap", "\(unset)")
                #expect(unset.text("limit") == "user-day")
                #expect(unset.text("replayed") == replayed)
            }
            #expect(try daemon.ask("LIMIT UNSET limit user-day \(why) s4").errorCode == "BADARG")
            #expect(try daemon.ask("LIMIT LIST").maps("overrides").isEmpty)
            #expect(
                try daemon.ask("LIMIT SET limit user-day cap 7 \(why) s5").errorCode == "BADARG")
        }

        @Test func capsGrantsAndResetsAreFeltByTheNextDecision() throws {
            let daemon = try TestDaemon(policy: policy)
            func charge(_ key: String) throws -> RESPValue {
                try daemon.ask("CHARGE idempotency_key \(key) user u \(call)")
            }
            #expect(try charge("1").isAllowed)
            #expect(try charge("2").isAllowed)
            #expect(try charge("3").text("reason") == "limit_exceeded")
            let until = "until_ms 4000000000000"
            let why = "user u reason asked"
            let grant = "LIMIT GRANT limit user-day amount 0.01 \(until) \(why)"
            #expect(try daemon.ask("\(grant) idempotency_key g").text("replayed") == "0")
            #expect(try daemon.ask("\(grant) idempotency_key g").text("replayed") == "1")
            #expect(try charge("3").isAllowed)
            #expect(try charge("4").text("cap") == "0.03")
            let set = "LIMIT SET limit user-day cap 0.05 \(why) idempotency_key c"
            #expect(
                try daemon.ask(set).text("after")?.hasPrefix("cap $0.05, +$0.01 until ") == true)
            #expect(try charge("4").isAllowed)
            let usage = try daemon.ask("USAGE user u")
            #expect(usage.standing("user-day") == "0.04 0 0.02")
            let reset = try daemon.ask("LIMIT RESET limit user-day \(why) idempotency_key r")
            #expect(reset.text("before") == "$0.04 spent")
            #expect(try daemon.ask("USAGE user u").standing("user-day") == "0 0 0.06")
            let unset = try daemon.ask("LIMIT UNSET limit user-day \(why) idempotency_key x")
            #expect(unset.text("after") == "the policy's cap")
            #expect(try daemon.ask("USAGE user u").standing("user-day") == "0 0 0.02")
        }

        @Test func promise12ReadingsOfWhatIsSetSayAsOfWhich() throws {
            let redis = try TestRedis()
            let first = try TestDaemon(policy: policy, redis: redis)
            let second = try TestDaemon(policy: policy, redis: redis)
            let reason = "reason r idempotency_key"
            let questions = ["LIMIT LIST", "SUBJECT SHOW user a", "AUDIT"]
            for number in 1...3 {
                let act = try first.ask("SUBJECT SUSPEND user a \(reason) s\(number)")
                let newest = try #require(act.text("seq"))
                for question in questions {
                    #expect(try second.ask(question).text("seq") == newest, "\(question)")
                }
                let end = try first.ask("SUBJECT RESUME user a \(reason) r\(number)")
                #expect(end.errorCode == nil)
            }
        }

        @Test func promise11EveryActIsOneAuditEntry() throws {
            let daemon = try TestDaemon(policy: policy)
            let acts = [
                "SUBJECT SUSPEND run r reason one idempotency_key 1",
                "SUBJECT SUSPEND run r reason one idempotency_key 1",
                "LIMIT SET limit loop run r cap 9 reason two idempotency_key 2",
                "LIMIT RESET limit loop run r reason three idempotency_key 3",
            ]
            for act in acts { #expect(try daemon.ask(act).text("action") != nil, "\(act)") }
            let page = try daemon.ask("AUDIT count 2")
            #expect(page.maps("entries").map { $0.text("reason") } == ["three", "two"])
            let next = try #require(page.text("next"))
            let rest = try daemon.ask("AUDIT count 2 cursor \(next)")
            #expect(rest.maps("entries").map { $0.text("subject") } == ["run=r"])
            let actor = rest.maps("entries").first?.text("actor")
            #expect(actor?.hasPrefix("uid:\(geteuid()) ") == true)
            #expect(rest.text("next") == "null")
        }

        @Test(arguments: [
            ("LIMIT SET limit lop run r cap 9 reason x idempotency_key k", "did you mean"),
            ("LIMIT SET limit loop user u cap 9 reason x idempotency_key k", "run is missing"),
            ("LIMIT SET limit loop run r user u cap 9 reason x idempotency_key k", "user does not"),
            ("LIMIT SET limit loop run r cap many reason x idempotency_key k", "expects a whole"),
            ("LIMIT SET limit user-day user u cap 1e-10 reason x idempotency_key k", "0.000000001"),
            ("LIMIT SET limit rate agent a cap 13_031_249 reason x idempotency_key k", "its rate"),
            ("LIMIT SET limit loop run r cap 9 until_ms 5 reason x idempotency_key k", "is past"),
            ("LIMIT SET limit loop run r cap 9 idempotency_key k", "reason is missing"),
            ("LIMIT GRANT limit loop run r amount 9 reason x idempotency_key k", "until_ms is"),
            ("LIMIT FOO limit loop", "expected one of GRANT, LIST, RESET, SET, UNSET"),
            ("LIMIT", "expected one of GRANT, LIST, RESET, SET, UNSET"),
            ("SUBJECT SUSPEND reason x idempotency_key k", "no subject is given"),
            ("SUBJECT SUSPEND task t reason x idempotency_key k", "the subject is task"),
            ("SUBJECT SUSPEND user u run r reason x idempotency_key k", "the subject is user, run"),
        ]) func actsThatMakeNoSense(_ act: String, _ message: String) throws {
            let daemon = try TestDaemon(policy: policy)
            let answer = try daemon.ask(act)
            #expect("\(answer)".contains(message), "\(answer)")
            #expect(try daemon.ask("AUDIT").maps("entries").isEmpty)
            #expect(try daemon.ask("PING") == .simple("PONG"))
        }

        @Test func anotherActUnderTheSameKeyIsAConflict() throws {
            let daemon = try TestDaemon(policy: policy)
            let act = "run r reason x idempotency_key k"
            _ = try daemon.ask("SUBJECT SUSPEND \(act)")
            #expect(try daemon.ask("SUBJECT RESUME \(act)").errorCode == "CONFLICT")
            #expect(try daemon.ask("SUBJECT SHOW run r").list("suspended") == ["run=r"])
        }

        @Test func aBucketSaysWhenThereIsRoom() throws {
            let daemon = try TestDaemon(policy: policy)
            for key in ["1", "2"] {
                #expect(try daemon.ask("CHARGE idempotency_key \(key) agent a \(call)").isAllowed)
            }
            let denied = try daemon.ask("CHARGE idempotency_key 3 agent a \(call)")
            #expect(denied.text("reason") == "rate_limited")
            #expect(denied.text("retryable") == "1")
            let wait = try #require(denied.text("retry_after_ms").flatMap { Int64($0) })
            #expect(wait > 86_000_000 && wait <= 86_400_000)
        }

        @Test func aThresholdIsToldOnce() throws {
            let daemon = try TestDaemon(policy: policy)
            let warnings = try (1...2).map { key in
                try daemon.ask("CHARGE idempotency_key \(key) user u \(call)").maps("warnings")
            }
            #expect(warnings[0].map { $0.text("threshold") } == ["0.5"])
            #expect(warnings[0].map { $0.text("scope") } == ["user=u"])
            #expect(warnings[1].isEmpty)
        }

        /// In a window that ends and in one that doesn't.
        @Test(arguments: ["limit user-day user u", "limit loop run r"])
        func afterAResetAThresholdIsToldAgain(_ limit: String) throws {
            let daemon = try TestDaemon(policy: policy)
            let subject = Client.words(limit)[2...].joined(separator: " ")
            func warned(_ key: String) throws -> Int {
                try daemon.ask("CHARGE idempotency_key \(key) \(subject) \(call)")
                    .maps("warnings").count
            }
            let before = try (1...2).map { try warned("a\($0)") }
            #expect(before.reduce(0, +) == 1)
            let reset = try daemon.ask("LIMIT RESET \(limit) reason x idempotency_key r")
            #expect(reset.errorCode == nil)
            #expect(try (1...2).map { try warned("b\($0)") } == before)
        }

        /// What is answered is what is in force.
        @Test func aBucketsCapIsWhatWasSet() throws {
            let daemon = try TestDaemon(policy: policy)
            let set = "LIMIT SET limit rate agent a cap 13031248 reason x idempotency_key k"
            #expect(try daemon.ask(set).text("after") == "cap 13,031,248")
            #expect(try daemon.ask("USAGE agent a").maps("limits")[0].text("cap") == "13031248")
        }

        @Test func whatExpiresIsChargedAndALateCommitSettlesIt() throws {
            let hasty = "reservations: { ttl: 1ms, grace: 1ms, on_expire: charge }"
            let daemon = try TestDaemon(policy: policy + "\n" + hasty)
            let held = try daemon.ask("RESERVE idempotency_key k user u run r \(call)")
            let id = try #require(held.text("id"))
            let isCharged = try eventually {
                try daemon.ask("USAGE user u").standing("user-day") == "0.01 0 0.01"
            }
            #expect(isCharged)
            #expect(try daemon.ask("STATUS \(id)").text("state") == "expired")
            let commit = try daemon.ask("COMMIT \(id) output_tokens 400")
            #expect(commit.text("state") == "late_committed")
            #expect(commit.text("cost_usd") == "0.004")
            #expect(try daemon.ask("USAGE user u").standing("user-day") == "0.004 0 0.016")
            let run = try daemon.ask("RUN r")
            #expect(run.text("cost_usd") == "0.004")
            let kinds = run.maps("entries").map { $0.text("kind") }
            #expect(kinds == ["expire_charge", "void", "late_commit"])
        }
    }
}
