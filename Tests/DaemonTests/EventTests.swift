// Live events before whole daemons: each told once, in order, to those who may see it.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct EventTests {
        static let policy = """
            version: 1
            limits:
              - { name: calls, per: [user], window: lifetime, measure: calls, cap: 4,
                  warn_at: [0.5, 1] }
              - { name: cost, per: [tenant], window: month, measure: cost, cap: 100 }
            reservations: { ttl: 60s, grace: 0s, max_ttl: 1h, on_expire: release }
            prices: [prices.yaml]
            """
        /// Costs one cent.
        static let call = "model gpt-4o provider openai input_tokens 0 output_tokens 1000"

        private func charge(_ key: String, _ more: String) -> String {
            "CHARGE idempotency_key \(key) \(more) \(Self.call)"
        }

        private func act(_ verb: String, _ key: String) -> String {
            "\(verb) reason why idempotency_key \(key)"
        }

        @Test func everyDaemonTellsTheSameInOrder() throws {
            let redis = try TestRedis()
            let daemons = try (0..<2).map { _ in
                try TestDaemon(policy: Self.policy, redis: redis)
            }
            let watchers = try daemons.map { try Watcher(try $0.connect(), "events:default") }
            let (a, b) = (try daemons[0].connect(), try daemons[1].connect())
            let held = try a.ask("RESERVE idempotency_key r1 user u run r \(Self.call)")
            let id = try #require(held.text("id"))
            #expect(try b.ask("EXTEND \(id) ttl_ms 50000").text("state") == "held")
            #expect(try b.ask("COMMIT \(id) output_tokens 500").text("state") == "committed")
            let back = try a.ask("RESERVE idempotency_key r2 user u run r \(Self.call)")
            let backID = try #require(back.text("id"))
            #expect(try b.ask("RELEASE \(backID)").text("state") == "released")
            #expect(try b.ask(charge("c1", "user u run r label.team red")).isAllowed)
            #expect(
                try a.ask("RECORD idempotency_key p1 user u run r \(Self.call)").text("id") != nil)
            #expect(try b.ask(charge("c2", "user u run r")).isAllowed)
            #expect(try !a.ask(charge("c3", "user u run r")).isAllowed)
            #expect(try !b.ask(charge("c4", "user u run r")).isAllowed)
            _ = try a.ask(act("SUBJECT SUSPEND run r", "s1"))
            #expect(try !a.ask(charge("c5", "user u run r")).isAllowed)
            _ = try b.ask(act("SUBJECT RESUME run r", "s2"))
            _ = try a.ask(act("LIMIT SET limit calls user u cap 9", "s3"))
            _ = try a.ask(
                act("LIMIT GRANT limit calls user u amount 5 until_ms 9999999999999", "s4"))
            _ = try b.ask(act("LIMIT RESET limit calls user u", "s5"))
            _ = try a.ask(charge("last", "user z run last"))
            let told = try watchers.map { try $0.told(untilRun: "last") }
            let entries = [
                "reserve", "extend", "commit", "reserve", "release", "charge", "record", "charge",
                "suspend", "resume", "set", "grant", "reset", "charge",
            ]
            for told in told {
                let own = told.filter { $0.kind != "deny" }
                #expect(own.map(\.kind) == entries)
                #expect(own.map(\.seq) == Array(own[0].seq..<(own[0].seq + Int64(own.count))))
            }
            #expect(told[0].map(\.kind).filter { $0 == "deny" }.count == 2)
            #expect(told[1].map(\.kind).filter { $0 == "deny" }.count == 1)
            // A denial stands behind the entry that it was decided after.
            #expect(told[0].map(\.seq) == told[0].map(\.seq).sorted())
            let denials = told[0].filter { $0.kind == "deny" }
            #expect(denials.map { $0.text("reason") } == ["limit_exceeded", "suspended"])
            #expect(denials.map { $0.text("scope") } == ["user=u", "run=r"])
            #expect(denials[0].text("limit") == "calls")
            try whatWasTold(told[0])
        }

        private func whatWasTold(_ told: [Told]) throws {
            let commit = try #require(told.first { $0.kind == "commit" })
            #expect(commit.text("cost_usd") == "0.005")
            #expect(commit.text("output_tokens") == "500")
            #expect(commit.text("user") == "u")
            #expect(commit.text("tenant") == "default")
            #expect(commit.text("model") == "gpt-4o")
            #expect(told.first { $0.kind == "charge" }?.text("label.team") == "red")
            #expect(told.first { $0.kind == "release" }?.text("run") == "r")
            // A hold, a release and a threshold again: told when it was passed first.
            #expect(
                told.map { "\($0.kind) \($0.warnings)" }.filter { $0.contains("calls") } == [
                    #"reserve ["calls 0.5"]"#, #"charge ["calls 1"]"#,
                ])
            let suspend = try #require(told.first { $0.kind == "suspend" })
            #expect(suspend.text("scope") == "run=r")
            #expect(suspend.text("reason") == "why")
            #expect(suspend.text("actor")?.hasPrefix("uid:") == true)
            #expect(told.first { $0.kind == "set" }?.text("after") == "cap 9")
            #expect(told.first { $0.kind == "reset" }?.text("before") == "4 spent")
        }

        @Test func aFilterLeavesOutTheRest() throws {
            let daemon = try TestDaemon(policy: Policies.open)
            let client = try daemon.connect()
            let odd = "a%2cb%3Ac%3D%25"
            let all = try Watcher(
                try daemon.connect(), "events:default:user=ann", "events::user=ann,run=r2",
                "events:default:label.team=red", "events:default:user=\(odd)",
                "acts:default:run=r1",
                "events:acme", "events:default:run=last")
            for (index, more) in [
                "user ann run r1", "user bob run r1 label.team red", "user ann run r2",
                "user a,b:c=% run r3", "tenant acme user ann run r4",
            ].enumerated() {
                #expect(try client.ask(charge("\(index)", more)).isAllowed)
            }
            for (index, scope) in ["run r1", "run r2", "user ann", "tenant default"].enumerated() {
                let verb = "SUBJECT SUSPEND \(scope)"
                #expect(try client.ask(act(verb, "s\(index)")).errorCode == nil)
                let end = "SUBJECT RESUME \(scope)"
                #expect(try client.ask(act(end, "e\(index)")).errorCode == nil)
            }
            #expect(try client.ask(charge("last", "user last run last")).isAllowed)
            var told: [String: [String]] = [:]
            var ends: Set<String> = []
            // All seven have an end; in which order channels are told, nobody says.
            while ends.count < 7 {
                let one = try all.next()
                let what = one.text("run") ?? one.text("scope") ?? ""
                told[one.channel, default: []].append("\(one.kind) \(what)")
                let isLast =
                    switch one.channel {
                    case "events:acme": true
                    case "events:default:run=last": what == "last"
                    default: one.kind == "resume" && what == "tenant=default"
                    }
                if isLast { ends.insert(one.channel) }
            }
            let tenant = ["suspend tenant=default", "resume tenant=default"]
            let ann = ["suspend user=ann", "resume user=ann"]
            #expect(told["events:default:user=ann"] == ["charge r1", "charge r2"] + ann + tenant)
            #expect(
                told["events::user=ann,run=r2"]
                    == ["charge r2", "suspend run=r2", "resume run=r2"] + ann + tenant)
            #expect(told["events:default:label.team=red"] == ["charge r1"] + tenant)
            #expect(told["events:default:user=\(odd)"] == ["charge r3"] + tenant)
            #expect(told["acts:default:run=r1"] == ["suspend run=r1", "resume run=r1"] + tenant)
            #expect(told["events:acme"] == ["charge r4"])
        }

        @Test func promise3ResumingAfterKillsTellsEachEntryOnce() throws {
            let daemon = try TestDaemon(policy: Policies.capped(1_000_000))
            let load = Load(on: daemon.socketPath)
            var seen: [Int64] = []
            for round in 0..<3 {
                let since = seen.last.map { ":since=\($0)" } ?? ":since=0"
                let watcher = try Watcher(try daemon.connect(), "events:default\(since)")
                try load.advance(by: 100)
                let enough = seen.count + 60
                while seen.count < enough { seen.append(try watcher.next().seq) }
                if round == 2 { break }
                try load.advance(by: 1)
                daemon.kill()
                try daemon.start()
            }
            _ = try load.end()
            _ = try daemon.ask(charge("last", "user z run last"))
            let watcher = try Watcher(
                try daemon.connect(), "events:default:since=\(try #require(seen.last))")
            seen += try watcher.told(untilRun: "last").map(\.seq)
            #expect(seen == Array(seen[0]..<(seen[0] + Int64(seen.count))))
            let last = try daemon.ask("USAGE").text("seq")
            #expect(last == "\(seen[seen.count - 1])")
        }

        @Test func aSlowReaderIsCutWhileOthersGoOn() throws {
            let daemon = try TestDaemon(policy: Policies.open)
            let client = try daemon.connect()
            let slow = try Watcher(try daemon.connect(), "events:default")
            let quick = try Watcher(try daemon.connect(), "events:default")
            let name = String(repeating: "n", count: 250)
            let more = ["session", "agent", "tool", "task", "fingerprint"]
                .map { "\($0) \(name)" }.joined(separator: " ")
            var count = 0
            var isCut = false
            while !isCut, count < 10_000 {
                let lines = (count..<(count + 100)).map { charge("\($0)", "user u \(more)") }
                #expect(try client.pipeline(lines).allSatisfy(\.isAllowed))
                for _ in lines { #expect(try quick.next().kind == "charge") }
                count += 100
                isCut = daemon.log.contains("watcher cut")
            }
            #expect(isCut)
            // It is told why, behind what it was told before.
            var told: [Int64] = []
            let end = #expect(throws: DaemonFailure.self) {
                while true { told.append(try slow.next().seq) }
            }
            #expect(end?.description.hasPrefix("OVERLOADED events were read more slowly") == true)
            #expect(told.count < count)
            #expect(told == Array(told[0]..<(told[0] + Int64(told.count))))
            #expect(throws: (any Error).self) { try slow.client.read() }
            // And loses nothing by it.
            #expect(try client.ask(charge("last", "user z run last")).isAllowed)
            let again = try Watcher(
                try daemon.connect(), "events:default:since=\(told[told.count - 1])")
            let rest = try again.told(untilRun: "last").map(\.seq)
            #expect(told.count + rest.count == count + 1)
            #expect(rest[0] == told[told.count - 1] + 1)
            #expect(try quick.next().text("run") == "last")
        }

        @Test func whatTheJournalLostIsAGap() throws {
            let redis = try TestRedis()
            let daemon = try TestDaemon(policy: Policies.open, redis: redis)
            for index in 0..<5 { _ = try daemon.ask(charge("\(index)", "run r\(index)")) }
            let journal = "b:{default}:journal"
            let first = try redis.command("XRANGE", journal, "-", "+").array?[3].array?[0].string
            _ = try redis.command("XTRIM", journal, "MINID", try #require(first))
            let watcher = try Watcher(try daemon.connect(), "events:default:since=0")
            let told = try watcher.told(untilRun: "r4")
            #expect(told.map(\.kind) == ["gap", "charge", "charge"])
            #expect(told[0].seq == told[1].seq - 1)
            let ahead = try Watcher(
                try daemon.connect(), "events:default:since=\(told[2].seq + 10)")
            _ = try daemon.ask(charge("5", "run r5"))
            #expect(try ahead.told(untilRun: "r5").map(\.kind) == ["gap", "charge"])
        }
    }
}
