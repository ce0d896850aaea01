// NEAR: the budgets nearest to their caps, against a look at every one of them.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct NearTests {
        private static let policy = """
            version: 1
            limits:
              - { name: user-cost, per: [user], window: day, measure: cost, cap: 1 }
              - { name: user-month, per: [user], window: month, measure: tokens, cap: 100 }
              - { name: run-calls, per: [run], window: lifetime, measure: calls, cap: 10 }
              - { name: tenant-cost, per: [tenant], window: month, measure: cost, cap: 100 }
              - { name: red, per: [user], window: day, measure: calls, cap: 1,
                  match: { label.team: red } }
              - { name: pair, per: [user, run], window: day, measure: calls, cap: 1 }
            """

        /// A row as `share of scope limit`.
        private func rows(_ answer: RESPValue) -> [String] {
            (answer["limits"]?.array ?? []).map { row in
                let used =
                    (Double(row.text("spent") ?? "") ?? 0)
                    + (Double(row.text("held") ?? "") ?? 0)
                let share = Int((100 * used / (Double(row.text("cap") ?? "") ?? 1)).rounded())
                return "\(share) \(row.text("scope") ?? "") \(row.text("limit") ?? "")"
            }
        }

        @Test func theNearestAreFoundAmongMany() throws {
            let daemon = try TestDaemon(policy: Self.policy)
            let client = try daemon.connect()
            #expect(rows(try client.ask("NEAR")).isEmpty)
            let lines = (1...60).map { number in
                "RECORD idempotency_key \(number) user u\(number) "
                    + "cost_usd 0.\(String(number + 100).dropFirst())"
            }
            #expect(try client.pipeline(lines).allSatisfy { $0.errorCode == nil })
            let run = (1...5).map {
                "RECORD idempotency_key r\($0) run r user v label.team red cost_usd 0.000001"
            }
            #expect(try client.pipeline(run).allSatisfy { $0.errorCode == nil })
            for line in [
                // Little is spent of a small cap; much of a large one.
                "LIMIT SET limit user-cost user u3 cap 0.04 reason x idempotency_key s1",
                "LIMIT SET limit user-cost user u60 cap 6 reason x idempotency_key s2",
                "RECORD idempotency_key h user a,b=c cost_usd 0.9",
            ] { #expect(try client.ask(line).errorCode == nil, "\(line)") }
            let five = rows(try client.ask("NEAR count 5"))
            #expect(
                five == [
                    "90 user=a,b=c user-cost", "75 user=u3 user-cost", "59 user=u59 user-cost",
                    "58 user=u58 user-cost", "57 user=u57 user-cost",
                ])
            let all = rows(try client.ask("NEAR count 200"))
            #expect(all.count == 64)
            #expect(all.contains("50 run=r run-calls"))
            #expect(all.contains("10 user=u60 user-cost"))
            #expect(all.contains("19 tenant=default tenant-cost"))
            #expect(!all.contains { $0.hasSuffix("red") || $0.hasSuffix("pair") })
            // What everybody's own look says, ranked.
            let shares = all.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
            #expect(shares == shares.sorted(by: >))
            let looks = try (1...60).flatMap { rows(try client.ask("USAGE user u\($0)")) }
                .filter { $0.hasSuffix("user-cost") }
            #expect(Set(looks).isSubset(of: Set(all)))
            #expect(rows(try client.ask("NEAR tenant other")).isEmpty)
        }

        @Test func aBoundTokenSeesItsOwn() throws {
            let daemon = try HTTPDaemon(policy: Self.policy)
            for tenant in ["acme", "default"] {
                _ = try daemon.daemon.ask(
                    "RECORD idempotency_key k tenant \(tenant) user of-\(tenant) cost_usd 0.5")
            }
            let own = try daemon.send(as: "boss", "GET", "/v1/near")
            #expect(own.body.contains("of-acme") && !own.body.contains("of-default"))
            #expect(try daemon.send(as: "boss", "GET", "/v1/near?tenant=default").status == 403)
            #expect(try daemon.send(as: "worker", "GET", "/v1/near").status == 403)
        }
    }
}
