// Requests that end, or come from, where their lines say two things or none: refused by name, and
// nothing behind them is read as another request, since what stands before budgetd may have read
// them otherwise.

import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct HTTPFramingTests {
        /// A request, and its answer's status.
        struct Row: Sendable {
            let request: String
            let status: Int
            /// What the detail of a refusal says.
            var words = ""

            init(_ request: String, _ status: Int, _ words: String = "") {
                (self.request, self.status, self.words) = (request, status, words)
            }
        }

        private static let host = "Host: b\r\n"
        private static let get = "GET /readyz HTTP/1.1\r\n"
        private static let ten = "GET /readyz HTTP/1.0\r\n"
        private static let body = #"{"user": "u", "model": "gpt-4o"}"#
        private static let chunks = "20\r\n\(body)\r\n0\r\n\r\n"
        private static let check =
            "POST /v1/checks HTTP/1.1\r\n\(host)Content-Type: application/json\r\n"
        private static let codings = check + "Transfer-Encoding: "
        private static let chunked = codings + "chunked\r\n"

        private static let hosts = [
            Row(get + "\r\n", 400, "it has no Host"),
            Row(get + host + host + "\r\n", 400, "2 headers Host"),
            Row(get + host + "hOST: c\r\nHost: d\r\n\r\n", 400, "3 headers Host"),
            Row(ten + host + host + "\r\n", 400, "2 headers Host"),
            Row("GET http://b/readyz HTTP/1.1\r\n\r\n", 400, "it has no Host"),
            Row("POST /nothing HTTP/1.1\r\nContent-Length: 9\r\n\r\n{", 400, "it has no Host"),
            Row(get + "Host: a b\r\n\r\n", 400, "its Host is \"a b\""),
            Row(get + "Host: u@b\r\n\r\n", 400, "its Host is \"u@b\""),
            Row(get + "Host: b/readyz\r\n\r\n", 400, "its Host is \"b/readyz\""),
            Row(get + "Host: é\r\n\r\n", 400, "its Host is"),
            Row(get + "Host:\r\n\r\n", 200),
            Row(get + "Host: [::1]:8080\r\n\r\n", 200),
            Row(get + "Host: %2Frun%2Fbudgetd%2Fhttp.sock\r\n\r\n", 200),
            Row(ten + "\r\n", 200),
        ]

        private static let bodies = [
            Row(codings + "gzip, chunked\r\n\r\n" + chunks, 501, "\"gzip\"; expected chunked"),
            Row(codings + "gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, 501, "\"gzip\""),
            Row(codings + "chunked, gzip\r\n\r\n" + chunks, 400),
            Row(codings + "gzip\r\n\r\n" + body, 400, "doesn't end with chunked"),
            Row(codings + "chunked, chunked\r\n\r\n" + chunks, 400),
            Row(codings + "\r\n\r\n" + chunks, 400, "doesn't end with chunked"),
            Row(chunked + "Content-Length: 32\r\n\r\n" + chunks, 400, "Content-Length"),
            Row(
                check + "Content-Length: 32\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, 400,
                "Transfer-Encoding"),
            Row(
                check + "Content-Length: 32\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + chunks,
                400),
            Row(
                "POST /v1/checks HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks, 400,
                "HTTP/1.0 has no Transfer-Encoding"),
            Row(
                check + "Content-Length: 32\r\nContent-Length: 32\r\n\r\n" + body, 400,
                "comes twice"),
            Row(check + "Content-Length: +32\r\n\r\n" + body, 400, "Content-Length is no number"),
            Row(chunked + "\r\n20 \r\n\(body)\r\n0\r\n\r\n", 400, "a chunk"),
            Row(chunked + "\r\n20\n\(body)\r\n0\r\n\r\n", 400, "CR LF"),
            Row(chunked + "\r\nfffffffffffffffff\r\n" + body, 400, "a chunk"),
            Row(chunked + "\r\n20\r\n\(body)xx\r\n0\r\n\r\n", 400),
            Row(codings + "Chunked\r\n\r\n" + chunks, 200),
            Row(codings + ", chunked\r\n\r\n" + chunks, 200),
        ]

        private static let lines = [
            Row(get + host + "A: b\r\n c\r\n\r\n", 400, "in one line"),
            Row(get + " " + host + "\r\n", 400),
            Row(get + "Host: b\r\n c\r\n\r\n", 400, "in one line"),
            Row(get + host + "A : b\r\n\r\n", 400, "no name, colon and text"),
            Row(get + host + "A\t: b\r\n\r\n", 400, "no name, colon and text"),
            Row(get + host + "A b: c\r\n\r\n", 400, "no name, colon and text"),
            Row(get + host + "Abc\r\n\r\n", 400, "no name, colon and text"),
            Row(get + host + ": b\r\n\r\n", 400, "no name, colon and text"),
            Row(get + host + "A: b\rc\r\n\r\n", 400),
            Row(get + host + "A: b\rB: c\r\n\r\n", 400),
            Row(get + host + "A: b\nB: c\r\n\r\n", 400),
            Row("GET /readyz HTTP/1.1\nHost: b\n\n", 400, "and CR LF"),
            Row("GET /readyz HTTP/1.1\rHost: b\r\n\r\n", 400),
            Row(get + host + "A: b\0c\r\n\r\n", 400, "control characters"),
            Row(get + host + "A\0: b\r\n\r\n", 400),
            Row("GET /ready\0z HTTP/1.1\r\n\(host)\r\n", 400, "its target"),
            Row("GET /\(String(repeating: "x", count: 17_000)) HTTP/1.1\r\n", 400, "16 KiB"),
            Row(String(repeating: "GET", count: 9_000), 400, "its method"),
            Row(get + String(repeating: "A: b\r\n", count: 101), 400, "more than 100"),
            Row(
                chunked + "\r\n20\r\n\(body)\r\n0\r\n"
                    + String(repeating: "A: b\r\n", count: 101), 400, "more than 100"),
            Row(get + host + String(repeating: "A: b\r\n", count: 99) + "\r\n", 200),
            Row("GET /readyz HTTP/1.2\r\n\(host)\r\n", 400, "its first line doesn't end"),
            Row("GET /readyz HTTP/2.0\r\n\(host)\r\n", 400, "its first line doesn't end"),
            Row("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
            Row("*1\r\n$4\r\nPING\r\n", 400, "its method is none"),
            Row("\u{16}\u{3}\u{1}", 400, "its method is none"),
        ]

        /// The next request in the same bytes is not served, which would be 200, nor its connection
        /// kept.
        @Test func whatSaysTwoThingsOrNoneIsRefused() throws {
            let daemon = try HTTPDaemon()
            for row in Self.hosts + Self.bodies + Self.lines {
                let client = try daemon.client
                let next = row.status == 200 ? "" : "\(Self.get)\(Self.host)\r\n"
                let answer = try client.send(raw: row.request + next)
                let what = "\(row.request.debugDescription.prefix(200)): \(answer)"
                #expect(answer.status == row.status, "\(what)")
                guard row.status != 200 else { continue }
                #expect(answer.headers["content-type"] == "application/problem+json", "\(what)")
                #expect(answer.headers["connection"] == "close", "\(what)")
                #expect(answer.text("code") == "BADARG", "\(what)")
                #expect(row.words.isEmpty || answer.body.contains(row.wordsInJSON), "\(what)")
                #expect(throws: (any Error).self, "\(what)") { try client.send(raw: "") }
            }
            #expect(try daemon.stranger.send("GET", "/readyz").status == 200)
        }

        /// What came before on the connection is answered first.
        @Test func anEarlierRequestIsAnswered() throws {
            let daemon = try HTTPDaemon()
            let client = try daemon.client
            try client.write(
                raw: "GET /v1/usage?user=u HTTP/1.1\r\n\(Self.host)\r\n\(Self.get)\r\n\(Self.get)")
            #expect(try client.send(raw: "").status == 200)
            #expect(try client.send(raw: "").status == 400)
            #expect(throws: (any Error).self) { try client.send(raw: "") }
        }

        /// A refused client that goes on sending is not read, and others are served.
        @Test func whatFollowsIsNotRead() throws {
            let daemon = try HTTPDaemon()
            let client = try daemon.stranger
            try client.write(raw: Self.codings + "gzip, chunked\r\n\r\n")
            #expect(try client.send(raw: "").status == 501)
            #expect(throws: (any Error).self) { try client.send(raw: Self.chunks + Self.get) }
            let page = try daemon.send(as: "ops", "GET", "/metrics").body
            #expect(page.contains("http_responses_total{route=\"none\",status=\"501\"} 1\n"))
        }

        /// Clients of a unix socket make a host up.
        @Test func curlNamesAHost() throws {
            let daemon = try HTTPDaemon()
            for url in ["http://b/readyz", "http://localhost/readyz", "http://[::1]:1/readyz"] {
                let ran = try Program([
                    "curl", "-sg", "-m", "15", "--unix-socket", daemon.path, "-w", "%{http_code}",
                    url,
                ])
                #expect(ran.output.hasSuffix("200"), "\(ran)")
            }
        }
    }
}

extension WholeDaemon.HTTPFramingTests.Row {
    /// As they stand in the answer's body.
    fileprivate var wordsInJSON: String {
        words.replacingOccurrences(of: "\"", with: "\\\"")
    }
}
