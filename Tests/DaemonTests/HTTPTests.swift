// The HTTP API of a whole daemon: statuses, headers, who may what, health.

import BudgetModel
import BudgetService
import Foundation
import RESP
import TestSupport
import Testing

@testable import HTTPAPI

extension WholeDaemon {
    @Suite struct HTTPTests {
        private let policy = """
            version: 1
            require: [run]
            limits:
              - { name: calls, per: [user], window: day, measure: calls, cap: 1 }
              - { name: rate, per: [agent], window: bucket, measure: calls, rate: 1/h, burst: 1 }
            prices: [prices.yaml]
            """

        private func charge(
            _ client: HTTPClient, _ key: String, _ fields: String
        ) throws -> HTTPAnswer {
            try client.send(
                "POST", "/v1/charges", headers: ["Idempotency-Key": key], body: "{\(fields)}")
        }

        @Test func refusalsHaveTheStatusOfTheirReason() throws {
            let daemon = try HTTPDaemon(policy: policy)
            let client = try daemon.client
            let run = #""run": "r", "model": "gpt-4o""#
            let first = try charge(client, "a", "\(run), \"user\": \"u\"")
            #expect(first.status == 200)
            #expect(first.headers["content-type"] == "application/json")
            let spent = try charge(client, "b", "\(run), \"user\": \"u\"")
            #expect(spent.status == 402)
            #expect(spent.headers["content-type"] == "application/problem+json")
            #expect(spent.text("code") == "DENIED")
            #expect(spent.text("reason") == "limit_exceeded")
            #expect(spent.text("limit") == "calls")
            #expect(spent.text("cap") == "1")
            #expect(spent.text("detail")?.contains("user=u has used") == true)
            #expect(spent.text("seq") != nil)
            #expect(try charge(client, "c", "\(run), \"agent\": \"x\"").status == 200)
            let rate = try charge(client, "d", "\(run), \"agent\": \"x\"")
            #expect(rate.status == 429)
            #expect(rate.headers["retry-after"].flatMap { Int($0) }.map { $0 > 3000 } == true)
            #expect(try charge(client, "e", #""model": "gpt-4o""#).status == 422)
            let act = ["Idempotency-Key": "s"]
            let body = #"{"user": "u", "reason": "why"}"#
            let done = try client.send("POST", "/v1/suspensions", headers: act, body: body)
            #expect(done.text("after") == "suspended")
            #expect(try charge(client, "f", "\(run), \"user\": \"u\"").status == 403)
            let check = try client.send(
                "POST", "/v1/checks", body: "{\(run), \"agent\": \"x\"}")
            #expect(check.status == 200)
            #expect(check.text("decision") == "deny")
            #expect(try charge(client, "a", "\(run), \"user\": \"v\"").status == 409)
        }

        @Test func whatHTTPItselfGetsWrong() throws {
            let daemon = try HTTPDaemon()
            let client = try daemon.client
            #expect(try client.send("GET", "/nothing").status == 404)
            let other = try client.send("DELETE", "/v1/charges")
            #expect(other.status == 405)
            #expect(other.headers["allow"] == "POST")
            let head = try client.send("HEAD", "/healthz")
            #expect(head.status == 200)
            #expect(head.body == "")
            let long = String(repeating: " ", count: 300_000)
            let large = try client.send("POST", "/v1/checks", body: "{\(long)}")
            #expect(large.status == 413)
            #expect(large.text("code") == "TOOLARGE")
            #expect(try daemon.client.send(raw: "NONSENSE\r\n\r\n").status == 400)
            #expect(try daemon.client.send("GET", "/healthz").status == 200, "others go on")
            #expect(try daemon.daemon.ask("PING") == .simple("PONG"))
        }

        @Test func aPageLeadsToTheNext() throws {
            let daemon = try HTTPDaemon()
            let client = try daemon.client
            for number in 1...5 {
                let answer = try client.send(
                    "POST", "/v1/records", headers: ["Idempotency-Key": "k\(number)"],
                    body: #"{"run": "r", "cost_usd": "0.01"}"#)
                #expect(answer.text("cost_usd") == "0.01")
            }
            var (seen, cursor): (Int, String?) = (0, "0")
            while let next = cursor, next != "null" {
                let page = try client.send(
                    "GET", "/v1/runs/r?by=time&count=2" + (next == "0" ? "" : "&cursor=\(next)"))
                seen += (page.json["entries"] as? [Any])?.count ?? 0
                cursor = page.text("next")
            }
            #expect(seen == 5)
        }

        @Test func onlyHealthIsOpen() throws {
            let daemon = try HTTPDaemon()
            let stranger = try daemon.stranger
            #expect(try stranger.send("GET", "/healthz").json["status"] as? String == "ok")
            let ready = try stranger.send("GET", "/readyz")
            #expect(ready.status == 200, "\(ready.body)")
            for resource in Resource.all {
                let answer = try stranger.send(
                    resource.method.rawValue, resource.template.filter { !"{}".contains($0) })
                #expect(answer.status == 401, "\(resource.template)")
                #expect(answer.headers["www-authenticate"] == "Bearer")
            }
            for path in [
                "/metrics", "/openapi.json", "/nothing", "/v1/events", "/v1/acts", "/v1/runs/%ff",
            ] {
                #expect(try stranger.send("GET", path).status == 401, "\(path)")
            }
        }

        @Test func aBoundTokenSeesItsTenantOnly() throws {
            let daemon = try HTTPDaemon()
            let own = try daemon.send(
                as: "acme", "POST", "/v1/records", key: "k",
                body: #"{"run": "r", "cost_usd": 1}"#)
            #expect(own.text("id")?.hasPrefix("acme.") == true)
            let mine = try daemon.client.send(
                "POST", "/v1/records", headers: ["Idempotency-Key": "k"],
                body: #"{"run": "r", "cost_usd": 2}"#)
            let id = try #require(mine.text("id"))
            for (name, method, target) in [
                ("acme", "GET", "/v1/usage?tenant=default&user=u"),
                ("acme", "GET", "/v1/reservations/\(id)"),
                ("acme", "GET", "/v1/reservations/default.AAAAAAAAAAAAAAAAAAAAAA"),
                ("boss", "GET", "/v1/runs/r?tenant=default"),
                ("boss", "GET", "/v1/audit?tenant=default"),
                ("boss", "GET", "/v1/limits?tenant=default"),
                ("boss", "GET", "/v1/policy"), ("boss", "POST", "/v1/policy/reload"),
                ("boss", "GET", "/metrics"),
            ] {
                let answer = try daemon.send(as: name, method, target)
                #expect(answer.status == 403, "\(target): \(answer.body)")
                #expect(answer.text("code") == "NOPERM")
            }
            let run = try daemon.send(as: "boss", "GET", "/v1/runs/r")
            #expect(run.text("cost_usd") == "1")
        }
    }
}
