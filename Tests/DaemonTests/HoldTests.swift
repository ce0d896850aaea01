// Holds of workers that died, across the death of daemons.

import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct HoldTests {
        private let reserve = "user u model gpt-4o input_tokens 0 output_tokens 1000"

        @Test func promise8HoldsOutliveAKillAndAreFreedByTime() throws {
            let daemon = try TestDaemon(policy: Policies.hasty)
            let short = try daemon.ask("RESERVE idempotency_key short \(reserve) ttl_ms 400")
            let long = try daemon.ask("RESERVE idempotency_key long \(reserve) ttl_ms 60000")
            #expect(short.isAllowed && long.isAllowed)
            daemon.kill()
            try daemon.start()
            let kept = try daemon.ask("STATUS idempotency_key long")
            #expect(kept.text("state") == "held")
            #expect(kept.text("expires_at_ms") == long.text("expires_at_ms"))
            let isFreed = try eventually {
                try daemon.ask("USAGE user u").standing("in-flight") == "0 1 9"
            }
            #expect(isFreed)
            #expect(try daemon.ask("USAGE user u").standing("calls") == "0 1 9")
            let id = try #require(short.text("id"))
            #expect(try daemon.ask("STATUS \(id)").text("state") == "expired")
            #expect(daemon.log.contains("id=\(id) "))
            #expect(daemon.log.contains("reservation expired"))
        }

        /// Promise 9: the money was spent, whatever became of the hold.
        @Test func promises7And9ALateCommitIsBookedInFullOnce() throws {
            let daemon = try TestDaemon(policy: Policies.hasty)
            let answer = try daemon.ask("RESERVE idempotency_key k \(reserve) run r ttl_ms 1")
            let id = try #require(answer.text("id"))
            let isExpired = try eventually {
                try daemon.ask("STATUS \(id)").text("state") == "expired"
            }
            #expect(isExpired)
            daemon.kill()
            try daemon.start()
            let commit = try daemon.ask("COMMIT \(id) input_tokens 0 output_tokens 3000")
            #expect(commit.text("state") == "late_committed")
            #expect(commit.text("late") == "1")
            #expect(commit.text("over_estimate") == "1")
            #expect(commit.text("cost_usd") == "0.03")
            let again = try daemon.ask("COMMIT \(id) input_tokens 0 output_tokens 3000")
            #expect(again.text("replayed") == "1")
            #expect(try daemon.ask("USAGE user u").standing("calls") == "1 0 9")
            let books = try RunBooks(try daemon.connect(), run: "r")
            #expect(books.faults == [])
            #expect(books.entries.map(\.kind) == ["late_commit"])
        }

        /// No decision is a denial because of holds that are overdue, and none waits for a sweep.
        @Test func promise8OverdueHoldsDenyNobody() throws {
            let redis = try TestRedis()
            let daemon = try TestDaemon(policy: Policies.hasty, redis: redis)
            let client = try daemon.connect()
            for round in 0..<5 {
                let lines = (0..<10).map {
                    "RESERVE idempotency_key \(round)-\($0) \(reserve) ttl_ms 20"
                }
                let answers = try client.pipeline(lines)
                #expect(answers.filter(\.isAllowed).count == 10, "round \(round)")
                let last = try #require(answers.last?["expires_at_ms"]?.integer)
                let isOver = try eventually { try now(redis) > last }
                #expect(isOver)
            }
        }

        private func now(_ redis: TestRedis) throws -> Int64 {
            let time = try redis.command("TIME")
            return (time[0]?.integer ?? 0) * 1000 + (time[1]?.integer ?? 0) / 1000
        }
    }
}
