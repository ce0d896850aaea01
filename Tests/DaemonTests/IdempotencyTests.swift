// Promise 6 over the wire, and promise 10: what a repeated request is told.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct IdempotencyTests {
        let redis: TestRedis
        let daemon: TestDaemon
        let client: Client

        init() throws {
            redis = try TestRedis()
            daemon = try TestDaemon(policy: Policies.capped(2), redis: redis)
            client = try daemon.connect()
        }

        private let body = "agent a user alice model gpt-4o input_tokens 0 output_tokens 1000"

        @Test(arguments: ["RESERVE", "CHARGE", "RECORD"])
        func promise6TheSameBodyIsToldTheFirstAnswer(_ verb: String) throws {
            let first = try client.ask("\(verb) idempotency_key k \(body)")
            #expect(first.text("replayed") == "0")
            let other = Client.words(body)
            let turned = stride(from: other.count - 2, through: 0, by: -2)
                .map { "\(other[$0]) \(other[$0 + 1])" }.joined(separator: " ")
            let again = try client.ask("\(verb) \(turned) idempotency_key k")
            #expect(again.text("replayed") == "1")
            for name in first.fieldNames where !["replayed"].contains(name) {
                #expect(again[name] == first[name], "\(name)")
            }
            let second = try daemon.ask("\(verb) idempotency_key k \(body)")
            #expect(second == again)
            let before = try RedisDump(redis)
            _ = try client.ask("\(verb) idempotency_key k \(body)")
            #expect(try RedisDump(redis) == before)
        }

        @Test(arguments: [
            "RESERVE", "CHARGE", "RECORD",
        ]) func promise6AnotherBodyIsAConflict(_ verb: String) throws {
            _ = try client.ask("RESERVE idempotency_key k \(body)")
            let before = try RedisDump(redis)
            let others = [
                body + " run r", body.replacing("1000", with: "1001"),
                body.replacing("alice", with: "bob"), body + " attempt 1",
            ]
            for other in others + (verb == "RESERVE" ? [body + " ttl_ms 100"] : [body]) {
                let answer = try client.ask("\(verb) idempotency_key k \(other)")
                #expect(answer.errorCode == "CONFLICT", "\(other)")
            }
            #expect(try RedisDump(redis) == before)
            let elsewhere = try client.ask("\(verb) idempotency_key k tenant t \(body)")
            #expect(elsewhere.errorCode == nil)
        }

        @Test func promise6OnlyHeldPermitsTheCall() throws {
            for (key, end, state) in [("a", "COMMIT", "committed"), ("b", "RELEASE", "released")] {
                let first = try client.ask("RESERVE idempotency_key \(key) \(body)")
                let id = try #require(first.text("id"))
                _ = try client.ask("\(end) \(id)")
                let again = try client.ask("RESERVE idempotency_key \(key) \(body)")
                #expect(again.text("state") == state)
                #expect(again.text("replayed") == "1")
                #expect(again.text("id") == id)
                #expect(again["seq"] == first["seq"])
            }
        }

        @Test func promise6SettlingIsKeyedByTheId() throws {
            let id = try #require(try client.ask("RESERVE idempotency_key k \(body)").text("id"))
            let commit = "COMMIT \(id) output_tokens 900 input_tokens 0"
            let first = try client.ask(commit)
            let before = try RedisDump(redis)
            let again = try client.ask("COMMIT \(id) input_tokens 0 output_tokens 900")
            #expect(again.text("replayed") == "1")
            for name in first.fieldNames where name != "replayed" {
                #expect(again[name] == first[name], "\(name)")
            }
            for other in [
                "COMMIT \(id)", "COMMIT \(id) output_tokens 901", "RELEASE \(id)",
                "EXTEND \(id) ttl_ms 1000",
            ] {
                #expect(try client.ask(other).errorCode == "FINALIZED", "\(other)")
            }
            #expect(try RedisDump(redis) == before)
            #expect(try client.ask("USAGE user alice").standing("cost") == "0.009 0 0.011")
        }

        @Test func promise6ADeniedKeyIsDecidedAnew() throws {
            let ids = try client.pipeline([
                "RESERVE idempotency_key a \(body)", "RESERVE idempotency_key b \(body)",
            ]).compactMap { $0.text("id") }
            let third = "RESERVE idempotency_key c \(body)"
            let before = try RedisDump(redis)
            for _ in 0..<3 {
                let denied = try client.ask(third)
                #expect(denied.text("decision") == "deny")
                #expect(denied.text("replayed") == "0")
            }
            #expect(try RedisDump(redis) == before, "promise 15: a denial costs nothing")
            _ = try client.ask("RELEASE \(ids[0])")
            let allowed = try client.ask(third)
            #expect(allowed.isAllowed)
            #expect(allowed.text("replayed") == "0")
        }

        /// The suspension is written as LIMIT and SUBJECT will write it: the steering hash's
        /// field is the scope, its value begins with S.
        @Test func promise10SuspendedIsSuspendedOnEveryDaemon() throws {
            let other = try TestDaemon(policy: Policies.capped(2), redis: redis)
            let held = try client.ask("RESERVE idempotency_key k \(body)")
            let id = try #require(held.text("id"))
            try redis.command("HSET", "b:{default}:steer", "user=alice", "S")
            for daemon in [daemon, other] {
                for verb in ["RESERVE", "CHARGE"] {
                    let answer = try daemon.ask("\(verb) idempotency_key new \(body)")
                    #expect(answer.text("decision") == "deny")
                    #expect(answer.text("reason") == "suspended")
                    #expect(answer.text("scope") == "user=alice")
                    #expect(answer.text("retryable") == "0")
                }
                let check = try daemon.ask("CHECK \(body)")
                #expect(check.text("reason") == "suspended")
                let bob = try daemon.ask("CHECK " + body.replacing("alice", with: "bob"))
                #expect(bob.isAllowed)
                let replay = try daemon.ask("RESERVE idempotency_key k \(body)")
                #expect(replay.text("replayed") == "1")
                #expect(replay.text("state") == "held")
            }
            #expect(try other.ask("COMMIT \(id)").text("state") == "committed")
            let record = try client.ask("RECORD idempotency_key spent \(body)")
            #expect(record.text("state") == "committed")
            try redis.command("HDEL", "b:{default}:steer", "user=alice")
            let resumed = try other.ask("RESERVE idempotency_key new \(body)")
            #expect(resumed.text("reason") == "limit_exceeded")
        }

        /// Workers race with the suspension: of those that asked after its answer none is let in.
        @Test func promise10NothingIsAdmittedAfterTheAnswer() throws {
            let other = try TestDaemon(policy: Policies.capped(2), redis: redis)
            let daemons = [daemon, other]
            let workers = Swarm(16) { worker in
                let client = try daemons[worker % 2].connect()
                var admitted = 0
                for call in 0..<4000 {
                    let answer = try client.ask(
                        "CHARGE idempotency_key \(worker)-\(call) run alice model gpt-4o")
                    if answer.text("reason") == "suspended" { return admitted }
                    admitted += 1
                }
                throw DaemonFailure(description: "worker \(worker) was never suspended")
            }
            let begun = try eventually {
                (try client.ask("RUN alice")["calls"]?.integer ?? 0) > 50
            }
            #expect(begun)
            try redis.command("HSET", "b:{default}:steer", "run=alice", "S")
            let calls = try client.ask("RUN alice").text("calls")
            let admitted = try workers.wait().reduce(0, +)
            #expect(try client.ask("RUN alice").text("calls") == calls)
            #expect(calls == "\(admitted)")
        }
    }
}
