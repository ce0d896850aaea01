// Very many users, and one whose counters are broken.

import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct CrowdTests {
        private static let users = 100_000
        private static let burst = 500

        @Test func everyOneOfManyUsersHasABudgetOfTheirOwn() throws {
            let redis = try TestRedis()
            let daemon = try TestDaemon(policy: Policies.capped(2), redis: redis)
            let workers = 4
            let denied = try swarm(workers) { worker in
                let client = try daemon.connect()
                var denied = 0
                for start in stride(
                    from: worker * Self.burst, to: Self.users, by: workers * Self.burst)
                {
                    var lines = (start..<(start + Self.burst)).map {
                        "CHARGE idempotency_key \($0) user u\($0) model gpt-4o "
                            + "input_tokens 0 output_tokens 1000"
                    }
                    // A machine that is too busy for an answer in time is told the same again.
                    for _ in 0..<20 where !lines.isEmpty {
                        let answers = try client.pipeline(lines)
                        denied += answers.count { $0.errorCode == nil && !$0.isAllowed }
                        lines = zip(lines, answers).filter { $1.errorCode != nil }.map(\.0)
                    }
                    denied += lines.count
                }
                return denied
            }
            #expect(denied == Array(repeating: 0, count: workers))
            #expect(try redis.command("DBSIZE").integer ?? 0 > 2 * Self.users)
            let client = try daemon.connect()
            for user in stride(from: 0, to: Self.users, by: 997) {
                #expect(try client.ask("USAGE user u\(user)").standing("cost") == "0.01 0 0.01")
            }
        }

        @Test func aKeyOfAWrongTypeIsReportedAndTheRestGoesOn() throws {
            let redis = try TestRedis()
            let daemon = try TestDaemon(policy: Policies.capped(10), redis: redis)
            try redis.command("RPUSH", "b:{default}:w:user=bad:L", "no hash")
            let client = try daemon.connect()
            let lines = ["bad", "good", "bad", "fine"].enumerated().map {
                "CHARGE idempotency_key \($0) user \($1) model gpt-4o"
            }
            let answers = try client.pipeline(lines)
            #expect(answers.map(\.errorCode) == ["INTERNAL", nil, "INTERNAL", nil])
            #expect(daemon.log.contains("operation failed"))
            try redis.command("DEL", "b:{default}:w:user=bad:L")
            #expect(try client.pipeline(lines).allSatisfy(\.isAllowed))
            #expect(try client.ask("USAGE user bad").standing("cost") != nil)
        }
    }
}
