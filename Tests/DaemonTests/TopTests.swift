// TOP as a client sees it: the whole way from a charge to a row, on one daemon and on two, and
// whatever was killed in between.

import AccessTokens
import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct TopTests {
        /// Costs one cent.
        private let call = "model gpt-4o provider openai input_tokens 0 output_tokens 1000"

        /// `bob 0.03`
        private func rows(_ answer: RESPValue) -> [String] {
            answer.maps("rows").map { "\($0.text("name") ?? "") \($0.text("value") ?? "")" }
        }

        @Test func whatWasChargedIsThereAtOnceOnEveryDaemon() throws {
            let redis = try TestRedis()
            let daemons = try (0..<2).map { _ in
                try TestDaemon(policy: Policies.open, redis: redis)
            }
            for (index, user) in ["ann", "bob", "bob", "cid", "bob", "cid"].enumerated() {
                let answer = try daemons[index % 2].ask(
                    "CHARGE idempotency_key \(index) user \(user) run r\(index) label.team red "
                        + "agent a tool t session s attempt 1 seconds 0.5 \(call)")
                let top = try daemons[(index + 1) % 2].ask("TOP user cost month")
                #expect(top.text("seq") == answer.text("seq"))
            }
            let daemon = daemons[0]
            let top = try daemon.ask("TOP user cost month")
            #expect(rows(top) == ["bob 0.03", "cid 0.02", "ann 0.01"])
            #expect(top.text("complete") == "1")
            #expect(top.text("policy") == (try daemon.ask("USAGE").text("policy")))
            let now = try #require(top["now_ms"]?.integer)
            #expect(try #require(top["from_ms"]?.integer) <= now)
            #expect(try #require(top["until_ms"]?.integer) > now)
            #expect(rows(try daemon.ask("TOP user tokens week count 1")) == ["bob 3000"])
            let all = ["session s", "agent a", "tool t", "model gpt-4o", "provider openai"]
            for field in all + ["label.team red"] {
                let words = field.split(separator: " ")
                #expect(rows(try daemon.ask("TOP \(words[0]) calls day")) == ["\(words[1]) 6"])
            }
            #expect(rows(try daemon.ask("TOP model seconds month")) == ["gpt-4o 3"])
            #expect(rows(try daemon.ask("TOP model retries month")) == ["gpt-4o 6"])
            #expect(rows(try daemon.ask("TOP model input_tokens month")) == [])
            #expect(try daemon.ask("TOP run cost month").maps("rows").count == 6)
            #expect(rows(try daemon.ask("TOP user cost month tenant other")) == [])
        }

        @Test func promise3KillingTheDaemonCountsNothingTwice() throws {
            let daemon = try TestDaemon(policy: Policies.capped(1_000_000))
            let load = Load(on: daemon.socketPath)
            for _ in 0..<4 {
                try load.advance(by: 100)
                // Some of these are under way when it dies.
                let asking = try (0..<4).map { _ in try daemon.connect() }
                for client in asking { try client.send(["TOP user calls month"]) }
                try load.advance(by: 1)
                daemon.kill()
                try daemon.start()
            }
            let account = try load.end()
            let top = try daemon.ask("TOP user calls month")
            #expect(rows(top) == ["u \(account.ids.count)"])
            let books = try RunBooks(try daemon.connect(), run: "r")
            let costs = try daemon.ask("TOP run cost month").maps("rows")
            let cost = try #require(costs.first?.text("value"))
            #expect(costs.count == 1)
            #expect(Decimal(string: cost) == books.cost)
        }

        /// Each call to Redis that a first TOP makes fails once, before it is sent or after: what
        /// was handed over is taken in by the next one, and nothing twice.
        @Test func promise3WhicheverCallFailsEachEntryIsCountedOnce() throws {
            let house = try FaultHouse(policy: Policies.capped(1_000_000))
            let client = try house.daemons[0].connect()
            var charged = 0
            for isSent in [false, true] {
                var number = 0
                var wasHit = true
                while wasHit {
                    // Three pieces of users, and as many of runs.
                    let charges = (0..<40).map { index in
                        "CHARGE idempotency_key \(charged)-\(index) user u\(index) run r\(index) "
                            + call
                    }
                    for answer in try client.pipeline(charges) { #expect(answer.isAllowed) }
                    charged += 1
                    house.redisProxy.fault = isSent ? .cutAfter(number) : .cutBefore(number)
                    let answer = try client.ask("TOP user calls day")
                    wasHit = house.redisProxy.fault == .none
                    house.redisProxy.fault = .none
                    #expect(wasHit || answer.errorCode == nil, "\(answer)")
                    var top = answer
                    let isTold = try eventually {
                        top = try house.daemons[number % 2].ask("TOP user calls day count 100")
                        return top.errorCode == nil
                    }
                    #expect(isTold && top.text("complete") == "1", "\(top)")
                    #expect(
                        Set(rows(top)) == Set((0..<40).map { "u\($0) \(charged)" }),
                        "call \(number), \(isSent)")
                    number += 1
                }
                #expect(number > 8)
            }
        }

        @Test func whoIsBoundToATenantSeesItsOwn() throws {
            var tokens = TokenFile()
            let secrets = try ["acme", "other"].map {
                try tokens.create(name: $0, role: .ops, tenant: $0, now: wallClock()).revealed
            }
            let door = try TokenDaemon(tokens: tokens)
            for (tenant, secret) in zip(["acme", "other"], secrets) {
                let client = try door.client
                #expect(try client.ask("AUTH \(secret)") == .simple("OK"))
                let charge = "CHARGE idempotency_key k user of-\(tenant) model gpt-4o"
                #expect(try client.ask(charge).isAllowed)
                #expect(rows(try client.ask("TOP user calls day")) == ["of-\(tenant) 1"])
                let foreign = tenant == "acme" ? "other" : "acme"
                #expect(
                    try client.ask("TOP user calls day tenant \(foreign)").errorCode == "NOPERM")
            }
        }
    }
}
