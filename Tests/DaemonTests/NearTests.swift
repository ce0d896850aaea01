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

        @Test func pageByPageAndWhatHasSomethingLeft() throws {
            let daemon = try TestDaemon(policy: Self.policy)
            let client = try daemon.connect()
            // 40 have used it up; the others' shares are 1 to 30.
            let lines = (1...70).map { number in
                let cents = number <= 30 ? "0.\(String(number + 100).dropFirst())" : "1.\(number)"
                return "RECORD idempotency_key \(number) user u\(number) cost_usd \(cents)"
            }
            #expect(try client.pipeline(lines).allSatisfy { $0.errorCode == nil })
            var pages: [[String]] = []
            var next: Int64? = 0
            while let cursor = next, pages.count < 9 {
                let page = try client.ask("NEAR count 30 cursor \(cursor)")
                pages.append(rows(page))
                next = page["next"]?.integer
            }
            #expect(pages.map(\.count) == [30, 30, 11])
            let all = rows(try client.ask("NEAR count 100"))
            #expect(pages.flatMap(\.self) == all)
            #expect(all.first == "170 user=u70 user-cost")
            let left = try client.ask("NEAR left 1 count 3")
            #expect(
                rows(left) == [
                    "65 tenant=default tenant-cost", "30 user=u30 user-cost",
                    "29 user=u29 user-cost",
                ])
            #expect(left["next"]?.integer == 3)
            #expect(rows(try client.ask("NEAR left 1 count 100")).count == 31)
            #expect(rows(try client.ask("NEAR left 0 count 1")) == ["170 user=u70 user-cost"])
            // Who has a cap of their own is found though the ranking has many before them.
            #expect(
                try client.ask(
                    "LIMIT SET limit user-cost user u70 cap 1.8 reason x idempotency_key s"
                ).errorCode == nil)
            #expect(
                rows(try client.ask("NEAR left 1 count 1")) == ["94 user=u70 user-cost"])
        }

        /// A ranking has those who spent the same in an order; pages have to have them in it too.
        @Test func thoseWhoSpentTheSameAreOnOnePageEach() throws {
            let daemon = try TestDaemon(policy: Self.policy)
            let client = try daemon.connect()
            let lines = (1...25).flatMap { number in
                [("user", "a%\(number)"), ("user", "é\(number)"), ("run", "r\(number)")].map {
                    "RECORD idempotency_key \($1)-\(number) \($0) \($1) cost_usd 0.1"
                }
            }
            #expect(try client.pipeline(lines).allSatisfy { $0.errorCode == nil })
            for left in 0...1 {
                var paged: [String] = []
                var next: Int64? = 0
                while let cursor = next, paged.count < 200 {
                    let page = try client.ask("NEAR left \(left) count 7 cursor \(cursor)")
                    paged += rows(page)
                    next = page["next"]?.integer
                }
                let all = rows(try client.ask("NEAR left \(left) count 200"))
                #expect(all.count == 76 && Set(paged).count == 76)
                #expect(paged == all)
            }
        }

        /// More have a cap of their own than a page of them holds.
        @Test func everyCapOfASubjectsOwnIsLookedAt() throws {
            let daemon = try TestDaemon(policy: Self.policy)
            let client = try daemon.connect()
            let lines = (1...1200).flatMap { number in
                [
                    "LIMIT SET limit user-cost user u\(number) cap 9 reason x "
                        + "idempotency_key s\(number)",
                    "RECORD idempotency_key \(number) user u\(number) cost_usd 0.9",
                ]
            }
            for some in stride(from: 0, to: lines.count, by: 200) {
                let answers = try client.pipeline(Array(lines[some..<some + 200]))
                #expect(answers.allSatisfy { $0.errorCode == nil })
            }
            for number in [1, 400, 1200] {
                let line =
                    "LIMIT SET limit user-cost user u\(number) cap 1 reason x "
                    + "idempotency_key t\(number)"
                #expect(try client.ask(line).errorCode == nil)
            }
            #expect(
                Set(rows(try client.ask("NEAR left 1 count 3"))) == [
                    "90 user=u1 user-cost", "90 user=u400 user-cost", "90 user=u1200 user-cost",
                ])
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
