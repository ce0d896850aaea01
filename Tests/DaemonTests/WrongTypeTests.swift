// A tenant's own keys that are of another type than belongs there: whoever needs one is told which
// it is, and no other tenant notices.

import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct WrongTypeTests {
        /// A key, and the commands that can't do without it.
        private static let rows = [
            (
                "journal",
                [
                    "CHARGE idempotency_key 2 user u", "USAGE user u", "TOP user cost day",
                    "HISTORY user cost day", "NEAR", "RUN r", "ENTRIES", "JOURNAL", "COUNTERS",
                    "AUDIT", "LIMIT LIST", "SUBJECT SHOW user u",
                    "SUBJECT SUSPEND user u reason x idempotency_key 3",
                ]
            ),
            ("holds", ["RESERVE idempotency_key 2 user u"]),
            ("steer", ["CHARGE idempotency_key 2 user u", "LIMIT LIST", "NEAR"]),
            ("audit", ["AUDIT", "SUBJECT SUSPEND user u reason x idempotency_key 3"]),
            ("rolled", ["TOP user cost day", "HISTORY user cost day"]),
            ("rolling", ["TOP user cost day", "HISTORY user cost day"]),
            ("run:r", ["RUN r"]), ("run:r:tasks", ["RUN r"]), ("run:r:entries", ["RUN r"]),
        ]

        @Test func theKeyIsNamed() throws {
            let redis = try TestRedis()
            let daemon = try TestDaemon(policy: Policies.hasty, redis: redis)
            let client = try daemon.connect()
            for (number, row) in Self.rows.enumerated() {
                let (key, lines) = row
                let tenant = "t\(number)"
                let call = "user u run r task t cost_usd 1 tenant \(tenant)"
                #expect(try client.ask("CHARGE idempotency_key 1 \(call)").isAllowed)
                let broken = "b:{\(tenant)}:\(key)"
                try redis.command("DEL", broken)
                try redis.command("SET", broken, "x")
                for line in lines {
                    let answer = try client.ask("\(line) tenant \(tenant)")
                    #expect(answer.errorCode == "INTERNAL", "\(line): \(answer)")
                    #expect(answer.errorLine?.contains(broken) == true, "\(line): \(answer)")
                    let other = try client.ask("\(line) tenant other\(number)")
                    #expect(other.errorCode == nil, "\(line): \(other)")
                }
            }
            // The walk through the books goes on, so that verifying names it too.
            let counters = try client.ask("COUNTERS tenant t1")
            #expect(counters["wrong_types"]?.array?.map(\.string) == ["b:{t1}:holds"])
        }
    }
}
