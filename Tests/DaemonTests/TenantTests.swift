// Promise 13: an operation of one tenant touches that tenant's keys alone, whatever its name is.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct TenantTests {
        /// Names that would break a key that was made by putting strings together.
        static let names = [
            "acme", "acme}", "{acme}", "acme:w", "acme:run:r", "acme|x", "acme=x", "acme,x", "a b",
            "%7d", "%", "*", "?", "[a]", "a.b", ".", "..", "a..p5N7ZLjKpY8Dchu2us9ceA", "\\", "\"",
            "'", "ä", "東京", "👧🏽", "ﬁ", "default", "DEFAULT", "b:epoch", "}{", "}:steer",
            String(repeating: "n", count: 256), String(repeating: "}", count: 256),
        ]

        let redis: TestRedis
        let daemon: TestDaemon
        let client: Client

        init() throws {
            redis = try TestRedis()
            daemon = try TestDaemon(policy: Policies.hasty, redis: redis)
            client = try daemon.connect()
        }

        /// One of each command, as this tenant.
        private func work(as tenant: String) throws {
            let whose = ["tenant", tenant, "user", tenant, "run", tenant, "task", tenant]
            let call = whose + ["model", "gpt-4o", "output_tokens", "1000"]
            var ids: [String] = []
            for key in ["a", "b", "c"] {
                let answer = try client.ask(["RESERVE", "idempotency_key", key] + call)
                ids.append(try #require(answer.text("id"), "\(tenant): \(answer)"))
            }
            let requests = [
                ["COMMIT", ids[0]], ["RELEASE", ids[1]], ["EXTEND", ids[2], "ttl_ms", "60000"],
                ["CHARGE", "idempotency_key", "d"] + call,
                ["RECORD", "idempotency_key", "e"] + call, ["CHECK"] + call, ["USAGE"] + whose,
                ["STATUS", ids[2]], ["STATUS", "idempotency_key", "a", "tenant", tenant],
                ["RUN", tenant, "tenant", tenant],
                ["TOP", "user", "calls", "month", "tenant", tenant],
                ["HISTORY", "user", "calls", "hour", "tenant", tenant],
                ["ENTRIES"] + whose,
            ]
            for request in requests {
                let answer = try client.ask(request)
                #expect(answer.errorCode == nil, "\(request): \(answer)")
            }
            let usage = try client.ask(["USAGE"] + whose)
            #expect(usage.standing("calls") == "3 1 6", "\(tenant)")
            let top = try client.ask(["TOP", "run", "calls", "day", "tenant", tenant])
            #expect(top.maps("rows").map { $0.text("name") } == [tenant])
            let books = try RunBooks(client, run: tenant, tenant: tenant)
            #expect(books.faults == [])
            #expect(books.calls == 3, "\(tenant)")
        }

        /// Whose calls can't fall under it doesn't learn of it either.
        @Test func aLimitOfAnotherTenantIsAsIfItWereNotThere() throws {
            let daemon = try TestDaemon(
                policy: """
                    version: 1
                    limits:
                      - { name: all, per: [user], window: day, measure: calls, cap: 9 }
                      - name: deal
                        per: [tenant]
                        window: day
                        measure: calls
                        cap: 5
                        match: { tenant: ["glob*", evil] }
                    prices: [prices.yaml]
                    """)
            func names(_ tenant: String) throws -> [String?] {
                try daemon.ask("LIMIT LIST tenant \(tenant)").maps("limits").map {
                    $0.text("limit")
                }
            }
            #expect(try names("acme") == ["all"])
            #expect(try names("globex") == ["all", "deal"])
            let rest = "tenant acme idempotency_key k reason asked"
            for act in ["SET limit deal cap 3", "RESET limit deal", "SET limit nosuch cap 3"] {
                let told = try daemon.ask("LIMIT \(act) \(rest)")
                #expect(told.errorCode == "BADARG", "\(act)")
                #expect("\(told)".contains("expected one of"), "\(told)")
            }
            let set = try daemon.ask(
                "LIMIT SET limit deal cap 3 tenant evil idempotency_key k reason asked")
            #expect(set.text("after") == "cap 3")
        }

        @Test func promise13OneTenantsWorkTouchesNoOthersKeys() throws {
            var owners: [String: String] = [:]
            for tenant in Self.names {
                let before = try RedisDump(redis)
                try work(as: tenant)
                let changed = before.changes(to: try RedisDump(redis))
                let own = changed.subtracting(["b:tenants", "b:epoch"])
                #expect(own.count >= 9)
                for key in own {
                    #expect(owners[key] == nil, "\(tenant) touched \(key)")
                    owners[key] = tenant
                }
                let tags = Set(own.map { $0.prefix { $0 != "}" } })
                #expect(tags.count == 1, "\(tenant) has no single hash tag: \(tags)")
            }
            let members = try redis.command("SMEMBERS", "b:tenants").array?.count
            #expect(members == Self.names.count)
        }

        @Test func promise13NoIdOfOneTenantReachesAnother() throws {
            let call = "user u model gpt-4o"
            let first = try client.ask("RESERVE idempotency_key k tenant a \(call)")
            let id = try #require(first.text("id"))
            let digest = id.dropFirst("a.".count)
            for verb in ["COMMIT", "RELEASE", "STATUS"] {
                let answer = try client.ask("\(verb) b.\(digest)")
                #expect(answer.errorCode == "UNKNOWN_RESERVATION")
            }
            #expect(try client.ask("STATUS \(id)").text("state") == "held")
        }

        /// Nobody sees whether an é is one code point or two, and it must not double a budget.
        @Test func bothSpellingsOfACharacterMeet() throws {
            let (one, two) = ("caf\u{e9}", "cafe\u{301}")
            for (key, user) in [("a", one), ("b", two)] {
                let answer = try client.ask([
                    "CHARGE", "idempotency_key", key, "tenant", user, "user", user, "run", user,
                    "model", "gpt-4o",
                ])
                #expect(answer.isAllowed)
            }
            for user in [one, two] {
                let usage = try client.ask(["USAGE", "tenant", user, "user", user])
                #expect(usage.standing("calls") == "2 0 8")
                #expect(usage["limits"]?[0]?.text("scope") == "user=" + one)
                #expect(try client.ask(["RUN", user, "tenant", user]).text("calls") == "2")
            }
            let replay = try client.ask([
                "CHARGE", "idempotency_key", "a", "tenant", two, "user", two, "run", two, "model",
                "gpt-4o",
            ])
            #expect(replay.text("replayed") == "1")
        }
    }
}
