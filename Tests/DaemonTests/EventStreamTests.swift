// Live events over HTTP: the same that subscribers are told, as server-sent events.

import AccessTokens
import BudgetService
import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct EventStreamTests {
        private let call = "model gpt-4o provider openai input_tokens 0 output_tokens 1000"

        private func charge(_ key: String, _ more: String) -> String {
            "CHARGE idempotency_key \(key) \(more) \(call)"
        }

        @Test func aStreamTellsWhatASubscriberIsTold() throws {
            let daemon = try HTTPDaemon(policy: EventTests.policy)
            let watcher = try Watcher(try daemon.daemon.connect(), "events:default")
            let stream = try Stream(daemon, as: "admin", "/v1/events")
            #expect(stream.events.status == 200)
            #expect(stream.events.headers["content-type"] == "text/event-stream")
            #expect(stream.events.headers["cache-control"] == "no-store")
            let client = try daemon.daemon.connect()
            for number in 0..<6 {
                _ = try client.ask(charge("c\(number)", "user u run \"r\\n\(number)\""))
            }
            _ = try client.ask("SUBJECT SUSPEND user u reason why idempotency_key s")
            _ = try client.ask(charge("last", "user z run last"))
            let told = try stream.told { $0.text("run") == "last" }
            let asTold = try watcher.told(untilRun: "last")
            #expect(told.count == 8)
            #expect(
                told.map { NSDictionary(dictionary: $0.fields) }
                    == asTold.map { NSDictionary(dictionary: $0.fields) })
        }

        @Test func itGoesOnWhereItEnded() throws {
            let daemon = try HTTPDaemon(policy: Policies.open)
            let client = try daemon.daemon.connect()
            for number in 0..<5 { _ = try client.ask(charge("\(number)", "run r\(number)")) }
            let first = try Stream(daemon, as: "ops", "/v1/events?last_event_id=0")
            let seen = try first.told { $0.text("run") == "r2" }
            #expect(seen.map { $0.text("run") } == ["r0", "r1", "r2"])
            // The header is newer than the address, which a browser repeats.
            let again = try Stream(
                daemon, as: "ops", "/v1/events?last_event_id=0", after: seen[2].seq)
            #expect(
                try again.told { $0.text("run") == "r4" }.map(\.seq) == [
                    seen[2].seq + 1, seen[2].seq + 2,
                ])
            let ahead = try Stream(daemon, as: "ops", "/v1/events", after: seen[2].seq + 100)
            #expect(try ahead.next()?.kind == "gap")
        }

        @Test func aFilterLeavesOutTheRest() throws {
            let daemon = try HTTPDaemon(policy: Policies.open)
            let client = try daemon.daemon.connect()
            let ann = try Stream(daemon, as: "ops", "/v1/events?user=a%26b%2C&run=r1")
            let red = try Stream(daemon, as: "ops", "/v1/events?label.team=red")
            let acme = try Stream(daemon, as: "ops", "/v1/events?tenant=acme")
            let acts = try Stream(daemon, as: "worker", "/v1/acts?user=x")
            for (index, more) in [
                "user a&b, run r2", "user a&b, run r1", "user x run r1 label.team red",
                "tenant acme user a&b, run r1",
            ].enumerated() { _ = try client.ask(charge("\(index)", more)) }
            _ = try client.ask("SUBJECT SUSPEND user y reason why idempotency_key s1")
            _ = try client.ask("SUBJECT SUSPEND user x reason why idempotency_key s2")
            #expect(try ann.next()?.text("run") == "r1")
            #expect(try red.next()?.text("user") == "x")
            #expect(try acme.next()?.text("tenant") == "acme")
            let act = try acts.next()
            #expect(act?.text("scope") == "user=x")
            #expect(act?.text("actor") == nil, "who did it is for those who may read the audit")
        }

        @Test func whoMayWatch() throws {
            let daemon = try HTTPDaemon()
            for (name, target, status, code) in [
                ("nobody", "/v1/events", 401, "WRONGPASS"),
                ("worker", "/v1/events", 403, "NOPERM"),
                ("worker", "/v1/acts?tenant=acme", 200, ""),
                ("acme", "/v1/acts?tenant=default", 403, "NOPERM"),
                ("boss", "/v1/events?tenant=default", 403, "NOPERM"),
                ("boss", "/v1/events", 200, ""),
                ("ops", "/v1/events?usr=a", 400, "BADARG"),
                ("ops", "/v1/events?user=a&user=b", 400, "BADARG"),
                ("ops", "/v1/events?user=", 400, "BADARG"),
                ("ops", "/v1/events?user", 400, "BADARG"),
                ("ops", "/v1/events?model=m", 400, "BADARG"),
                ("ops", "/v1/events?last_event_id=x", 400, "BADARG"),
                ("ops", "/v1/events?last_event_id=1&last_event_id=2", 400, "BADARG"),
            ] {
                if status == 200 {
                    #expect(try Stream(daemon, as: name, target).events.status == 200, "\(target)")
                } else {
                    let answer = try daemon.send(as: name, "GET", target)
                    #expect(answer.status == status, "\(target): \(answer.body)")
                    #expect(answer.text("code") == code, "\(target)")
                }
            }
            #expect(try daemon.stranger.send("GET", "/v1/events").status == 401)
            let head = try daemon.send(as: "ops", "HEAD", "/v1/events")
            #expect(head.status == 405)
            #expect(head.headers["allow"] == "GET")
            let own = try Stream(daemon, as: "boss", "/v1/events")
            let client = try daemon.daemon.connect()
            _ = try client.ask("RECORD idempotency_key a user u cost_usd 1")
            _ = try client.ask("RECORD idempotency_key b user u cost_usd 1 tenant acme")
            #expect(try own.next()?.text("tenant") == "acme")
        }

        @Test func aRevokedTokenIsToldNothingMore() throws {
            let daemon = try HTTPDaemon(policy: Policies.open)
            let stream = try Stream(daemon, as: "ops", "/v1/events")
            let client = try daemon.daemon.connect()
            _ = try client.ask(charge("a", "run r1"))
            #expect(try stream.next()?.text("run") == "r1")
            try TokenFile().write(path: daemon.daemon.directory.path + "/tokens")
            try daemon.daemon.process.signal(SIGHUP)
            #expect(eventually { daemon.daemon.log.contains("tokens read") })
            _ = try client.ask(charge("b", "run r2"))
            #expect(try stream.next() == nil)
        }

        @Test func theEndOfTheDaemonIsTheEndOfTheStream() throws {
            let daemon = try HTTPDaemon()
            let streams = try (0..<3).map { _ in try Stream(daemon, as: "ops", "/v1/events") }
            let begin = ContinuousClock.now
            #expect(try daemon.daemon.stop() == .exit(0))
            #expect(begin.duration(to: .now) < .seconds(8), "requests in flight have 10 s")
            for stream in streams { #expect(try stream.next() == nil) }
        }

        @Test func aSlowReaderIsCutWhileOthersGoOn() throws {
            let daemon = try HTTPDaemon(policy: Policies.open)
            let client = try daemon.daemon.connect()
            let slow = try Stream(daemon, as: "ops", "/v1/events")
            let quick = try Stream(daemon, as: "ops", "/v1/events")
            let name = String(repeating: "n", count: 250)
            let more = ["session", "agent", "tool", "task", "fingerprint"]
                .map { "\($0) \(name)" }.joined(separator: " ")
            var count = 0
            while !daemon.daemon.log.contains("watcher cut"), count < 20_000 {
                let lines = (count..<(count + 100)).map { charge("\($0)", "user u \(more)") }
                let refused = try client.pipeline(lines).first { !$0.isAllowed }
                try #require(refused == nil)
                for _ in lines { #expect(try quick.next()?.kind == "charge") }
                count += 100
            }
            var told: [Int64] = []
            #expect(throws: (any Error).self) {
                while let event = try slow.next() { told.append(event.seq) }
            }
            #expect(told.count < count)
            #expect(try client.ask(charge("last", "user z run last")).isAllowed)
            let last = try #require(told.last)
            let again = try Stream(daemon, as: "ops", "/v1/events", after: last)
            let rest = try again.told { $0.text("run") == "last" }
            #expect(rest[0].seq == last + 1)
            #expect(told.count + rest.count == count + 1, "it lost nothing by it")
        }

        @Test func thereAreSoManyStreamsAndNoMore() throws {
            let daemon = try HTTPDaemon(http: ", max_connections: 20")
            var streams = try (0..<10).map { _ in try Stream(daemon, as: "ops", "/v1/events") }
            #expect(streams.allSatisfy { $0.events.status == 200 })
            let refused = try daemon.send(as: "ops", "GET", "/v1/events")
            #expect(refused.status == 503)
            #expect(refused.text("code") == "OVERLOADED")
            #expect(refused.headers["retry-after"] != nil)
            #expect(try daemon.send(as: "ops", "GET", "/v1/usage").status == 200)
            // One that leaves makes room at once, although nothing is told to it.
            streams.removeLast()
            #expect(
                try eventually {
                    try Stream(daemon, as: "ops", "/v1/events").events.status == 200
                })
        }

        @Test func curlReadsThem() throws {
            let daemon = try HTTPDaemon(policy: Policies.open)
            let directory = try TestDirectory()
            let curl = try TestProcess(
                [
                    "curl", "--no-buffer", "--silent", "--header",
                    "Authorization: Bearer \(daemon.secrets["ops"] ?? "")",
                    "http://127.0.0.1:\(daemon.port)/v1/events?user=u&last_event_id=0",
                ], directory: directory.path, output: directory.path + "/out",
                errors: directory.path + "/err")
            _ = try daemon.daemon.ask(charge("a", "user u run r"))
            #expect(eventually { directory.text("out").hasSuffix("\n\n") })
            #expect(directory.text("out").hasPrefix("id: "))
            #expect(directory.text("out").contains(#""run":"r""#))
            curl.kill()
        }
    }
}
