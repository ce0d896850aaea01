// What is answered over HTTP before there is a command: explained like all else, and counted.

import AccessTokens
import Foundation
import TestSupport
import Testing

@testable import HTTPAPI

extension WholeDaemon {
    @Suite struct HTTPTallyTests {
        /// Each on a connection of its own, which is closed behind it.
        @Test(arguments: [
            "nonsense\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: b\r\nbad header\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: b\r\nContent-Length: x\r\n\r\n",
            "GET /healthz HTTP/9.9\r\nHost: b\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n",
        ])
        func whatIsNoRequestIsExplained(_ bytes: String) throws {
            let daemon = try HTTPDaemon()
            let client = try daemon.stranger
            let answer = try client.send(raw: bytes)
            #expect(answer.status == 400)
            #expect(answer.headers["content-type"] == "application/problem+json", "\(answer)")
            #expect(answer.text("code") == "BADARG")
            #expect(answer.text("detail")?.contains("no HTTP/1.1 request") == true)
            #expect(answer.headers["connection"] == "close")
            #expect(throws: (any Error).self) { try client.send("GET", "/healthz") }
            let page = try daemon.send(as: "ops", "GET", "/metrics").body
            #expect(page.contains("http_responses_total{route=\"none\",status=\"400\"} 1\n"))
            #expect(try daemon.stranger.send("GET", "/healthz").status == 200)
        }

        @Test func eachAnswerIsCountedByRouteAndStatus() throws {
            let daemon = try HTTPDaemon()
            let client = try daemon.stranger
            let ops = daemon.headers("ops")
            let key = daemon.headers("worker", "k")
            for (method, target, headers, body) in [
                ("GET", "/v1/usage", [:], ""), ("GET", "/nothing", [:], ""),
                ("GET", "/nothing", ops, ""), ("GET", "/v1/runs/a/b", ops, ""),
                ("PATCH", "/v1/usage", ops, ""), ("GET", "/v1/runs/secret", ops, ""),
                ("GET", "/v1/runs/another", ops, ""), ("POST", "/v1/charges", key, "{"),
                ("POST", "/v1/charges", key, "{}"), ("GET", "/page/main.js", [:], ""),
                ("GET", "/v1/audit", ops, ""),
                ("GET", "/v1/reservations/default.AAAAAAAAAAAAAAAAAAAAAA", ops, ""),
            ] { _ = try client.send(method, target, headers: headers, body: body) }
            var stream: HTTPEvents? = try HTTPEvents(port: daemon.port, "/v1/events", headers: ops)
            #expect(stream?.status == 200)
            let answer = try client.send("GET", "/metrics", headers: ops)
            let counted = answer.body.split(separator: "\n").filter {
                $0.hasPrefix("budgetd_http_")
            }.map { $0.dropFirst("budgetd_http_".count) }
            // The test itself asks for nothing else; the page is counted behind its making.
            #expect(
                counted.joined(separator: "\n") == """
                    responses_total{route="/page",status="200"} 1
                    responses_total{route="/v1/audit",status="403"} 1
                    responses_total{route="/v1/charges",status="200"} 1
                    responses_total{route="/v1/charges",status="400"} 1
                    responses_total{route="/v1/events",status="200"} 1
                    responses_total{route="/v1/reservations/{id}",status="404"} 1
                    responses_total{route="/v1/runs/{run}",status="200"} 2
                    responses_total{route="/v1/usage",status="401"} 1
                    responses_total{route="/v1/usage",status="405"} 1
                    responses_total{route="none",status="401"} 1
                    responses_total{route="none",status="404"} 2
                    connections 2
                    event_streams 1
                    """)
            stream = nil
            #expect(
                try eventually {
                    let page = try client.send("GET", "/metrics", headers: ops).body
                    return page.contains("budgetd_http_event_streams 0\n")
                        && page.contains("budgetd_http_connections 1\n")
                })
        }

        /// That a token was revoked is no failure of whoever watches with it.
        @Test func aStreamThatEndsWithItsTokenIsNoWrongCredential() throws {
            let daemon = try HTTPDaemon()
            let streams = try (0..<6).map { _ in
                try HTTPEvents(port: daemon.port, "/v1/acts", headers: daemon.headers("worker"))
            }
            try TokenFile().write(path: daemon.daemon.directory.path + "/tokens")
            try daemon.daemon.process.signal(SIGHUP)
            #expect(eventually { daemon.daemon.log.contains("tokens read") })
            let act = try daemon.daemon.ask(
                "SUBJECT SUSPEND user u reason because idempotency_key s")
            #expect(act.errorCode == nil)
            for stream in streams { #expect(try stream.next() == nil) }
            let page = try daemon.client.send("GET", "/metrics").body
            #expect(page.contains("budgetd_wrong_credentials_total 0\n"))
        }

        /// What never becomes a command on the socket is not seen by those who count commands.
        @Test func whatTheSocketRefusesItselfIsCounted() throws {
            let daemon = try HTTPDaemon()
            for line in ["NONSENSE", "EXEC", "SUBSCRIBE nothing"] {
                #expect(try daemon.daemon.ask(line).errorCode != nil)
            }
            let page = try daemon.send(as: "ops", "GET", "/metrics").body
            #expect(page.contains("budgetd_socket_requests_refused_total{code=\"ERR\"} 2\n"))
            #expect(page.contains("budgetd_socket_requests_refused_total{code=\"BADARG\"} 1\n"))
            #expect(page.contains("budgetd_socket_requests_refused_total{code=\"NOPERM\"} 0\n"))
        }
    }
}
