// Requests that make no sense: each has its code and a sentence that helps, changes nothing in
// Redis, and leaves the connection as usable as before.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct BadRequestTests {
        private static let policy = """
            version: 1
            fields: { workflow_id: run }
            limits:
              - { name: calls, per: [user], window: lifetime, measure: calls, cap: 1000 }
            reservations: { ttl: 60s, grace: 30s, max_ttl: 1h, on_expire: release }
            prices: [prices.yaml]
            """

        let redis: TestRedis
        let daemon: TestDaemon
        let client: Client

        init() throws {
            redis = try TestRedis()
            daemon = try TestDaemon(policy: Self.policy, redis: redis)
            client = try daemon.connect()
        }

        @Test(arguments: BadRequest.tables.keys.sorted())
        func eachHasItsCodeAndChangesNothing(_ name: String) throws {
            let table = try #require(BadRequest.tables[name])
            _ = try client.ask("RESERVE idempotency_key first user alice model gpt-4o")
            let before = try RedisDump(redis)
            for row in table {
                let answer = try client.ask(row.words)
                let line = answer.errorLine ?? "no error"
                #expect(answer.errorCode == row.code, "\(row.words): \(line)")
                for part in row.parts {
                    #expect(line.contains(part), "\(row.words) names no \(part): \(line)")
                }
                #expect(!line.contains { $0.isNewline })
                #expect(try client.ask("PING") == .simple("PONG"))
            }
            #expect(try before.changes(to: RedisDump(redis)) == [])
            #expect(try client.ask("CHARGE idempotency_key last model gpt-4o").isAllowed)
        }

        @Test func whatIsNoTextIsRefused() throws {
            let before = try RedisDump(redis)
            for bad: [UInt8] in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0x80]] {
                for place in 2...4 {
                    var words = ["RECORD", "idempotency_key", "k", "user", "alice"].map {
                        Array($0.utf8)
                    }
                    words[place] = bad
                    let answer = try client.ask(bytes: words)
                    #expect(answer.errorCode == "BADARG")
                    #expect(answer.errorLine?.contains("not UTF-8") == true)
                }
            }
            #expect(try RedisDump(redis) == before)
            #expect(try client.ask("PING") == .simple("PONG"))
        }

        @Test func whatIsTooLargeIsRefusedAndTheNextRequestServed() throws {
            let before = try RedisDump(redis)
            let large = String(repeating: "x", count: 70_000)
            let requests = [
                ["RECORD", "idempotency_key", "k", "user", large],
                ["RECORD", "idempotency_key", large, "user", "alice"],
                ["RECORD"] + (0..<600).flatMap { ["label.\($0)", "x"] },
                ["RECORD", "idempotency_key", "k"]
                    + (0..<5).flatMap { ["label.\($0)", String(large.prefix(60_000))] },
            ]
            for request in requests {
                let answer = try client.ask(request)
                #expect(answer.errorCode == "TOOLARGE", "\(answer)")
                #expect(try client.ask("PING") == .simple("PONG"))
            }
            let labels = (0..<17).flatMap { ["label.\($0)", "x"] }
            let answer = try client.ask(["RECORD", "idempotency_key", "k"] + labels)
            #expect(answer.errorCode == "BADARG")
            #expect(answer.errorLine?.contains("16 at most") == true)
            #expect(try RedisDump(redis) == before)
        }

        @Test func oneBadCommandOfATransactionAbortsAll() throws {
            let before = try RedisDump(redis)
            let answers = try client.pipeline([
                "MULTI", "CHARGE idempotency_key a model gpt-4o", "CHARGE usr alice", "EXEC",
                "PING",
            ])
            #expect(answers.map(\.errorCode) == [nil, nil, "BADARG", "EXECABORT", nil])
            #expect(try RedisDump(redis) == before)
        }

        @Test func oneBadRequestOfAPipelineIsItsOwn() throws {
            let answers = try client.pipeline(
                (0..<50).map {
                    "CHARGE idempotency_key \($0) run r "
                        + ($0 % 5 == 0 ? "input_tokens -1" : "model gpt-4o")
                })
            for (number, answer) in answers.enumerated() {
                #expect((answer.errorCode == "BADARG") == (number % 5 == 0))
            }
            #expect(try client.ask("RUN r").text("calls") == "40")
        }

        /// Questions change nothing, not even the list of tenants.
        @Test func questionsChangeNothing() throws {
            let before = try RedisDump(redis)
            for line in [
                "CHECK tenant new user u model gpt-4o", "USAGE tenant other user u",
                "STATUS idempotency_key k tenant third", "RUN r tenant fourth",
                "COMMIT fifth.AAAAAAAAAAAAAAAAAAAAAA",
            ] {
                _ = try client.ask(line)
            }
            #expect(try before.changes(to: RedisDump(redis)) == [])
        }
    }
}
