// Every resource there is, walked by every kind of token: what may be asked is what the command
// table says, and who is bound to a tenant is answered alike, whatever another tenant has. A
// resource that is new is walked as soon as it is in the table.

import BudgetModel
import BudgetService
import Foundation
import TestSupport
import Testing

@testable import HTTPAPI

extension WholeDaemon {
    @Suite struct HTTPWalkTests {
        private static let policy = Policies.hasty + "\nfields: { cost_center: tenant }\n"

        /// The words of a request that makes sense, for a row of the table.
        private static func words(
            _ resource: Resource, _ request: EveryCommand, _ more: [String] = []
        ) -> [String] {
            let command = resource.command
            var words = Array(request.words(command, more).dropFirst(command.words.count))
            if command == .status, !resource.values.contains("id") {
                words = ["idempotency_key", "held-" + request.name] + more
            }
            return words
        }

        // MARK: Roles

        @Test func everyTokenMayWhatTheTableSays() throws {
            let daemon = try HTTPDaemon(policy: Self.policy)
            let inside = try daemon.client
            let tokens =
                Role.allCases.map { ($0.name, $0, nil as String?) }
                + HTTPDaemon.bound.map { ($0.name, $0.role, "acme") }
            for (token, role, tenant) in tokens {
                let client = try daemon.stranger
                for resource in Resource.all {
                    let spec = resource.command.spec
                    let name = "\(token)-\(resource.method)-\(resource.template)"
                    let held = try inside.send(
                        "POST", "/v1/reservations", headers: ["Idempotency-Key": "held-" + name],
                        body: #"{"tenant": "\#(tenant ?? "default")", "user": "\#(name)", "#
                            + #""model": "gpt-4o"}"#)
                    let id = try #require(held.text("id"), "\(held.body)")
                    let request = ResourceRequest(
                        resource, Self.words(resource, EveryCommand(id: id, name: name)))
                    let answer = try request.send(by: client, daemon.headers(token))
                    let isForbidden = role < spec.role || tenant != nil && spec.isHouseWide
                    // Its key is of the default tenant: for others there is nothing to correct.
                    let right = resource.command == .correct && tenant != nil ? 400 : 200
                    let expected = isForbidden ? 403 : right
                    #expect(answer.status == expected, "\(name): \(answer.status) \(answer.body)")
                    #expect((answer.text("code") == "NOPERM") == isForbidden, "\(name)")
                    // Refused, it had no effect.
                    let state = try inside.send("GET", "/v1/reservations/" + id).text("state")
                    if isForbidden { #expect(state == "held", "\(name)") }
                    // Nobody may with a wrong token, or with none.
                    for headers in [["Authorization": "Basic eDp5"], [:]] {
                        let stranger = try daemon.stranger
                        #expect(try request.send(by: stranger, headers).status == 401, "\(name)")
                    }
                }
                try expectPages(daemon, client, token, role, tenant)
            }
        }

        private func expectPages(
            _ daemon: HTTPDaemon, _ client: HTTPClient, _ token: String, _ role: Role,
            _ tenant: String?
        ) throws {
            for page in Page.allCases {
                let answer = try client.send("GET", page.rawValue, headers: daemon.headers(token))
                let isAllowed = page.role.map { role >= $0 } ?? true
                let isOpen = isAllowed && (page != .metrics || tenant == nil)
                #expect(answer.status == (isOpen ? 200 : 403), "\(token) \(page.rawValue)")
            }
            for family in EventFilter.Family.allCases {
                let events = try HTTPEvents(
                    port: daemon.port, family.path, headers: daemon.headers(token))
                #expect(events.status == (role < family.role ? 403 : 200), "\(family.path)")
            }
        }

        // MARK: Tenants

        /// Two houses that differ in what the tenant `other` has and in nothing else give a token
        /// that is bound to `acme` the same answers, whatever it asks.
        @Test func promise13NothingOfAnotherTenantCanBeInferred() throws {
            let houses = try [false, true].map { isFilled in
                let redis = try TestRedis()
                let daemon = try HTTPDaemon(policy: Self.policy, redis: redis)
                try fill("acme", 3, daemon)
                if isFilled { try fill("other", 400, daemon) }
                return (redis, daemon)
            }
            let id = try #require(
                try houses[1].1.client.send(
                    "GET", "/v1/reservations?idempotency_key=zelda-0&tenant=other"
                ).text("id"))
            var told: [[String]] = []
            for (redis, daemon) in houses {
                let before = try RedisDump(redis).entries.filter { $0.key.hasPrefix("b:{other}") }
                told.append(try walk(daemon, id))
                let after = try RedisDump(redis).entries.filter { $0.key.hasPrefix("b:{other}") }
                #expect(before == after)
            }
            #expect(told[0].count == told[1].count)
            for (empty, filled) in zip(told[0], told[1]) where empty != filled {
                Issue.record("\(empty)\n\(filled)")
            }
            #expect(told[0].count > 200)
        }

        /// What a tenant has: holds, entries, runs, suspensions, caps; each of it says `zelda`.
        private func fill(_ tenant: String, _ count: Int, _ daemon: HTTPDaemon) throws {
            let whose = "tenant \(tenant) user zelda-%d session zelda run zelda-%d agent zelda"
            let client = try daemon.daemon.connect()
            for index in 0..<count {
                let own = whose.replacing("%d", with: "\(index)") + " model gpt-4o"
                for line in [
                    "RESERVE idempotency_key zelda-\(index) \(own)",
                    "CHARGE idempotency_key zelda-c\(index) \(own) output_tokens 1000",
                    "LIMIT SET limit calls tenant \(tenant) user zelda-\(index) cap 9 "
                        + "reason zelda idempotency_key zelda-l\(index)",
                    "SUBJECT SUSPEND tenant \(tenant) run zelda-\(index) reason zelda "
                        + "idempotency_key zelda-s\(index)",
                ] { #expect(try client.ask(line).errorCode == nil, "\(line)") }
            }
        }

        /// All that is told to each token of `acme`, but for the time.
        private func walk(_ daemon: HTTPDaemon, _ id: String) throws -> [String] {
            var told: [String] = []
            for (token, _) in HTTPDaemon.bound {
                let client = try daemon.stranger
                func ask(_ request: ResourceRequest, isForeign: Bool) throws {
                    let answer = try request.send(by: client, daemon.headers(token))
                    let what = "\(token) \(request.method) \(request.target)"
                    if isForeign {
                        #expect([403, 404].contains(answer.status), "\(what): \(answer.body)")
                        #expect(!answer.body.contains("zelda"), "\(what): \(answer.body)")
                    }
                    told.append("\(what): \(Self.timeless(answer))")
                }
                for resource in Resource.all {
                    let own = EveryCommand(
                        id: "acme." + id.dropFirst("other.".count), run: "zelda-7",
                        name: "\(token)-\(resource.method)-\(resource.template)")
                    if resource.command != .counters {
                        let words = Self.words(resource, own)
                        try ask(ResourceRequest(resource, words), isForeign: false)
                    }
                    let takesTenant = resource.fields.contains(.tenant)
                    for tenant in takesTenant ? ["tenant", "cost_center"] : [] {
                        let words = Self.words(resource, own, [tenant, "other"])
                        try ask(ResourceRequest(resource, words), isForeign: true)
                    }
                    guard resource.values.contains("id") else { continue }
                    for digest in [id, "other." + String(repeating: "A", count: 22)] {
                        let other = EveryCommand(id: digest, name: own.name)
                        let words = Self.words(resource, other)
                        try ask(ResourceRequest(resource, words), isForeign: true)
                    }
                }
                for target in [
                    "/v1/reservations?idempotency_key=zelda-7", "/v1/usage?user=zelda-7",
                    "/v1/subjects?user=zelda-7", "/v1/subjects?run=zelda-7", "/v1/near?count=50",
                    "/v1/top/user/cost/day", "/v1/top/run/calls/month?count=100",
                ] {
                    let answer = try client.send("GET", target, headers: daemon.headers(token))
                    told.append("\(token) \(target): \(Self.timeless(answer))")
                }
                told += try pages(daemon, client, token)
            }
            return told
        }

        /// Each list, from its first page to its last; and each of them by cursors that may be
        /// those of another tenant's pages.
        private func pages(
            _ daemon: HTTPDaemon, _ client: HTTPClient, _ token: String
        ) throws -> [String] {
            var told: [String] = []
            for resource in Resource.all where resource.fields.contains(.cursor) {
                let path = resource.template.replacing("{run}", with: "zelda-1")
                let count = resource.fields.contains(.count) ? "count=2" : ""
                var pages: [HTTPAnswer] = []
                var cursor: String? = nil
                repeat {
                    let more = cursor.map { "&cursor=" + $0 } ?? ""
                    pages.append(
                        try client.send(
                            "GET", "\(path)?\(count)\(more)", headers: daemon.headers(token)))
                    cursor = pages.last?.text("next").flatMap { $0 == "null" ? nil : $0 }
                } while cursor != nil
                let texts =
                    resource.command == .counters
                    ? Self.counted(pages) : pages.map(Self.timeless)
                told += texts.map { "\(token) \(path): \($0)" }
                for cursor in ["1", "7", "640", "1099511627790", "1099511628000"] {
                    let answer = try client.send(
                        "GET", "\(path)?\(count)&cursor=\(cursor)", headers: daemon.headers(token))
                    told.append("\(token) \(path) \(cursor): \(Self.timeless(answer))")
                }
            }
            return told
        }

        /// What pages of counters tell together. Each Redis has its keys in another order, so that
        /// they are parted otherwise; the cursors between them are sealed.
        private static func counted(_ pages: [HTTPAnswer]) -> [String] {
            let maps = pages.flatMap { page in
                ["holds", "counters", "sets"].flatMap { page.json[$0] as? [[String: Any]] ?? [] }
            }
            let texts = maps.compactMap { map in
                try? JSONSerialization.data(withJSONObject: map, options: .sortedKeys)
            }
            let steering = pages.map { "\($0.json["steering"] as? [Any] ?? [])" }.max() ?? ""
            return (texts.map { masked(String(decoding: $0, as: UTF8.self)) } + [steering]).sorted()
        }

        /// An answer without what differs from moment to moment.
        private static func timeless(_ answer: HTTPAnswer) -> String {
            var headers = answer.headers
            headers["date"] = nil
            let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return "\(answer.status) " + lines.joined(separator: " ") + " " + masked(answer.body)
        }

        private static func masked(_ text: String) -> String {
            text.replacing(/1[78]\d{11}/, with: "moment")
                .replacing(/"chain":"\w+"/, with: "chain")
        }
    }
}
