// HTTP as clients speak it beside what the API needs: other versions and protocols, bodies in
// pieces, bodies that wait to be asked for, and what is no HTTP at all. Whatever comes, there is an
// answer, and the next request is served: on that connection, or on a new one where the answer said
// that it ends.

import Foundation
import NIOCore
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct HTTPMannersTests {
        private static let body = #"{"user": "u", "model": "gpt-4o"}"#
        private static let length = "Content-Length: \(body.utf8.count)\r\n"

        /// A request's lines, and its answer's status.
        struct Row: Sendable {
            let first: String
            let headers: String
            var body = ""
            let status: Int
            /// Whether the connection ends with it.
            var ends = false
        }

        private static let check = "POST /v1/checks HTTP/1.1"
        private static let usage = "GET /v1/usage?user=u HTTP/1.1"
        private static let chunked = "Transfer-Encoding: chunked\r\n"

        private static let rows = [
            Row(first: check, headers: length, body: body, status: 200),
            Row(
                first: check, headers: chunked,
                body: body.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n", status: 200),
            Row(
                first: check, headers: chunked,
                body: "\(String(body.utf8.count, radix: 16));x=1\r\n\(body)\r\n0\r\nA: b\r\n\r\n",
                status: 200),
            Row(first: check, headers: chunked, body: "zz\r\n", status: 400, ends: true),
            Row(first: check, headers: "Content-Length: -1\r\n", status: 400, ends: true),
            Row(first: check, headers: length + chunked, status: 400, ends: true),
            Row(
                first: check, headers: length + "Content-Encoding: br\r\n", body: body,
                status: 415),
            Row(first: check, headers: length + "Expect: soon\r\n", body: body, status: 200),
            Row(first: usage, headers: "", status: 200),
            Row(first: usage, headers: "Connection: Close\r\n", status: 200, ends: true),
            Row(
                first: usage,
                headers: "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n",
                status: 200, ends: true),
            Row(
                first: check, headers: length + "Connection: upgrade\r\nUpgrade: h2c\r\n",
                body: body, status: 200, ends: true),
            Row(
                first: usage, headers: "Connection: Upgrade\r\nUpgrade: websocket\r\n",
                status: 200, ends: true),
            Row(first: "GET /v1/usage HTTP/1.0", headers: "", status: 200, ends: true),
            Row(
                first: "POST /v1/checks HTTP/1.0", headers: length, body: body, status: 200,
                ends: true),
            Row(
                first: "GET /healthz HTTP/1.0", headers: "Connection: keep-alive\r\n",
                status: 200, ends: true),
            Row(first: "GET /v1/usage HTTP/2.0", headers: "", status: 400, ends: true),
            Row(first: "CONNECT /v1/usage HTTP/1.1", headers: "", status: 405, ends: true),
            Row(first: "CONNECT example.org:443 HTTP/1.1", headers: "", status: 404, ends: true),
            Row(first: "OPTIONS /v1/usage HTTP/1.1", headers: "", status: 405),
            Row(first: "OPTIONS * HTTP/1.1", headers: "", status: 404),
            Row(first: "BREW /v1/usage HTTP/1.1", headers: "", status: 400, ends: true),
            Row(first: "get /v1/usage HTTP/1.1", headers: "", status: 400, ends: true),
            Row(
                first: usage, headers: "A: \(String(repeating: "x", count: 17_000))\r\n",
                status: 400, ends: true),
            Row(
                first: usage, headers: (0..<200).map { "A\($0): x\r\n" }.joined(), status: 400,
                ends: true),
            Row(first: usage, headers: "A: a\0b\r\n", status: 400, ends: true),
            Row(first: "GET /v1/usage?user=é HTTP/1.1", headers: "", status: 400, ends: true),
            Row(first: "GET /v1/usage/ HTTP/1.1", headers: "", status: 404),
            Row(first: "GET /v1/reservations/%00 HTTP/1.1", headers: "", status: 400),
            Row(first: "GET /v1/reservations/%2F HTTP/1.1", headers: "", status: 400),
            Row(first: "GET /v1/reservations/%zz HTTP/1.1", headers: "", status: 400),
        ]

        @Test func whateverComesTheNextRequestIsServed() throws {
            let daemon = try HTTPDaemon()
            let token = "Authorization: \(daemon.headers("worker")["Authorization"] ?? "")\r\n"
            for row in Self.rows {
                let client = try daemon.stranger
                let head = "\(row.first)\r\nHost: b\r\n\(token)Content-Type: application/json\r\n"
                let answer = try client.send(raw: head + row.headers + "\r\n" + row.body)
                let what = "\(row.first) \(row.headers.prefix(80)): \(answer)"
                #expect(answer.status == row.status, "\(what)")
                let isFine = row.status == 200
                let type = isFine ? "application/json" : "application/problem+json"
                #expect(answer.headers["content-type"] == type, "\(what)")
                #expect(isFine || answer.text("detail") != nil, "\(what)")
                #expect(answer.headers["connection"] == (row.ends ? "close" : nil), "\(what)")
                if row.ends {
                    #expect(throws: (any Error).self, "\(what)") {
                        _ = try client.send("GET", "/healthz")
                    }
                } else {
                    #expect(try client.send("GET", "/healthz").status == 200, "\(what)")
                }
            }
            #expect(try daemon.stranger.send("GET", "/readyz").status == 200)
        }

        /// Who waits for it is asked for the body: after the look at who asks, and where it is not
        /// too large.
        @Test func aBodyThatWaitsIsAskedFor() throws {
            let daemon = try HTTPDaemon()
            let token = "Authorization: \(daemon.headers("worker")["Authorization"] ?? "")\r\n"
            let head =
                "\(Self.check)\r\nHost: b\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\n"
            let client = try daemon.stranger
            #expect(try client.send(raw: head + token + Self.length + "\r\n").status == 100)
            #expect(try client.send(raw: Self.body).status == 200)
            #expect(try client.send("GET", "/healthz").status == 200)
            #expect(try daemon.stranger.send(raw: head + Self.length + "\r\n").status == 401)
            let large = "Content-Length: 10000000\r\n\r\n"
            #expect(try daemon.stranger.send(raw: head + token + large).status == 413)
        }

        @Test func requestsInAPipelineAreAnsweredInOrder() throws {
            let daemon = try HTTPDaemon()
            let client = try daemon.client
            let some = (0..<50).map { number in
                let user = "{\"user\": \"u\(number)\"}"
                return "\(Self.check)\r\nHost: b\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(user.utf8.count)\r\n\r\n\(user)"
                    + "GET /v1/usage?user=u\(number) HTTP/1.1\r\nHost: b\r\n\r\n"
                    + "\(Self.check)\r\nHost: b\r\nContent-Length: 1\r\n\r\n["
            }
            try client.write(raw: some.joined())
            for number in 0..<50 {
                #expect(try client.send(raw: "").text("decision") == "allow")
                #expect(try client.send(raw: "").body.contains("user=u\(number)\""))
                #expect(try client.send(raw: "").status == 415)
            }
        }

        /// What curl does by itself where a body is large.
        @Test func curlNeedNotWait() throws {
            let daemon = try HTTPDaemon()
            let file = try daemon.daemon.directory.write(
                "body", Self.body + String(repeating: " ", count: 200_000))
            let ran = try Program([
                "curl", "-s", "--unix-socket", daemon.path, "-H", "Expect: 100-continue", "-H",
                "Content-Type: application/json", "--expect100-timeout", "20", "-m", "15",
                "--data-binary", "@" + file, "http://b/v1/checks",
            ])
            #expect(ran.output.contains("\"decision\":\"allow\""), "\(ran)")
        }
    }
}
