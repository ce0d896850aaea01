// The audit asked for some of its lines, on both APIs.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct AuditFilterTests {
        private let daemon: HTTPDaemon

        /// What is done, each for another reason.
        private static let acts = [
            "LIMIT SET limit calls user ann cap 9 reason 1",
            "SUBJECT SUSPEND run r reason 2",
            "LIMIT GRANT limit calls user bob amount 5 until_ms 4000000000000 reason 3",
            "LIMIT SET limit calls user bob cap 7 reason 4",
            "SUBJECT RESUME run r reason 5",
            "LIMIT RESET limit calls user ann reason 6",
        ]

        init() throws {
            daemon = try HTTPDaemon()
            for (index, act) in Self.acts.enumerated() {
                let done = try daemon.daemon.ask(act + " idempotency_key k\(index)")
                #expect(done.errorCode == nil, "\(done)")
            }
        }

        /// The reasons of the lines of all pages, which say it.
        private func lines(_ filter: [String], count: Int) throws -> String {
            var (reasons, cursor, pages) = ("", [String](), 0)
            let client = try daemon.daemon.connect()
            repeat {
                let page = try client.ask(
                    ["AUDIT", "count", "\(count)"] + filter + cursor)
                reasons += page.maps("entries").compactMap { $0.text("reason") }.joined()
                cursor = page["next"]?.integer.map { ["cursor", "\($0)"] } ?? []
                pages += 1
            } while !cursor.isEmpty && pages < 20
            return reasons
        }

        private func overHTTP(_ filter: [String]) throws -> String {
            let pairs = stride(from: 0, to: filter.count, by: 2).map {
                "\(filter[$0])=\(filter[$0 + 1])"
            }
            let answer = try daemon.client.send(
                "GET", "/v1/audit?" + pairs.joined(separator: "&"))
            #expect(answer.status == 200, "\(answer.body)")
            let entries = answer.json["entries"] as? [[String: Any]] ?? []
            return entries.compactMap { $0["reason"] as? String }.joined()
        }

        @Test(arguments: [
            ("", "654321"), ("user ann", "61"), ("user bob", "43"), ("run r", "52"),
            ("action set", "41"), ("action suspend", "2"), ("limit calls", "6431"),
            ("user bob action set", "4"), ("user ann run r", ""), ("actor nobody", ""),
            ("agent a", ""), ("since_ms 1", "654321"), ("until_ms 1", ""),
            ("since_ms 4000000000000", ""), ("since_ms 1 until_ms 4000000000000", "654321"),
            ("tenant other", ""), ("action correct", ""), ("limit nosuch", ""),
        ])
        func someLines(_ filter: String, _ reasons: String) throws {
            let words = Client.words(filter)
            for count in [1, 2, 100] {
                #expect(try lines(words, count: count) == reasons, "\(filter) by \(count)")
            }
            #expect(try overHTTP(words) == reasons)
        }

        @Test func whoDidItAndWhen() throws {
            let all = try daemon.daemon.ask("AUDIT").maps("entries")
            let actor = try #require(all[0].text("actor"))
            #expect(try lines(["actor", actor], count: 4) == "654321")
            let http = try daemon.client.send(
                "POST", "/v1/suspensions", headers: ["Idempotency-Key": "h"],
                body: #"{"user": "eve", "reason": "7"}"#)
            #expect(http.status == 200, "\(http.body)")
            let third = try #require(all[3]["at_ms"]?.integer)
            let since = try lines(["since_ms", "\(third)"], count: 100)
            #expect(since.hasPrefix("7654") && since.contains("3"))
            let until = try lines(["until_ms", "\(third)"], count: 100)
            #expect(until.hasSuffix("1") && !until.contains("3"))
        }

        @Test(arguments: [
            ("action delete", "one of set, unset"), ("action SET", "one of set, unset"),
            ("since_ms x", "Unix time"), ("until_ms 0", "Unix time"), ("since_ms -1", "Unix time"),
            ("since_ms 5 until_ms 5", "not after since_ms"), ("model m", "unknown field"),
            ("cap 5", "unknown field"), ("actor a actor b", "once"),
        ])
        func badFiltersAreExplained(_ filter: String, _ text: String) throws {
            let answer = try daemon.daemon.ask("AUDIT " + filter)
            #expect(answer.errorCode == "BADARG", "\(filter): \(answer)")
            #expect("\(answer)".contains(text), "\(filter): \(answer)")
        }

        @Test func aBoundCallerFiltersItsOwn() throws {
            let other = try daemon.send(as: "boss", "GET", "/v1/audit?tenant=default&user=ann")
            #expect(other.status == 403, "\(other.body)")
            let own = try daemon.send(as: "boss", "GET", "/v1/audit?user=ann")
            #expect((own.json["entries"] as? [Any])?.isEmpty == true, "\(own.body)")
        }
    }
}
