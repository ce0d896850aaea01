// Events before a daemon of several loops, which has one reader for the watchers of all.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct EventLoopTests {
        private func charge(_ key: String, _ user: String) -> String {
            "CHARGE idempotency_key \(key) user \(user) run \(key) \(EventTests.call)"
        }

        @Test func watchersOfAllLoopsAreToldTheSameOnce() throws {
            let daemon = try TestDaemon(policy: Policies.open, options: ["--threads", "3"])
            // Connections go to the loops in turn.
            let all = try (0..<6).map { _ in try Watcher(try daemon.connect(), "events:default") }
            let own = try (0..<6).map {
                try Watcher(try daemon.connect(), "events:default:user=u\($0)")
            }
            let clients = try (0..<3).map { _ in try daemon.connect() }
            for round in 0..<20 {
                for (index, client) in clients.enumerated() {
                    let lines = (0..<12).map { charge("\(round)-\(index)-\($0)", "u\($0)") }
                    #expect(try client.pipeline(lines).allSatisfy(\.isAllowed))
                }
            }
            #expect(try clients[0].ask(charge("last", "u0")).isAllowed)
            let told = try all.map { try $0.told(untilRun: "last").map(\.seq) }
            #expect(told[0] == Array(told[0][0]..<(told[0][0] + 721)))
            #expect(told.allSatisfy { $0 == told[0] })
            for (index, watcher) in own.enumerated() {
                let seen = try (0..<60).map { _ in try watcher.next() }
                #expect(seen.allSatisfy { $0.text("user") == "u\(index)" })
                #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.seq < $1.seq })
            }
            // Whoever comes back on any loop goes on where it was.
            for _ in 0..<3 {
                let again = try Watcher(
                    try daemon.connect(), "events:default:since=\(told[0][699])")
                #expect(try again.told(untilRun: "last").map(\.seq) == Array(told[0][700...]))
            }
        }

        @Test func denialsOfAllLoopsAreTold() throws {
            let daemon = try TestDaemon(policy: EventTests.policy, options: ["--threads", "3"])
            let watcher = try Watcher(try daemon.connect(), "events:default:user=u")
            let clients = try (0..<6).map { _ in try daemon.connect() }
            for number in 0..<4 {
                #expect(try clients[0].ask(charge("c\(number)", "u")).isAllowed)
            }
            for (number, client) in clients.enumerated() {
                #expect(try !client.ask(charge("d\(number)", "u")).isAllowed)
            }
            let told = try (0..<10).map { _ in try watcher.next() }
            #expect(
                told.map(\.kind) == Array(repeating: "charge", count: 4)
                    + Array(
                        repeating: "deny", count: 6))
            #expect(Set(told.suffix(6).map { $0.text("run") }) == Set((0..<6).map { "d\($0)" }))
        }

        @Test func readingGoesOnWhenRedisIsBack() throws {
            let redis = try TestRedis(["appendonly": "yes", "appendfsync": "always"])
            let daemon = try TestDaemon(
                policy: Policies.open, redis: redis, options: ["--threads", "2"])
            let watchers = try ["", ":user=u"].map {
                try Watcher(try daemon.connect(), "events:default\($0)")
            }
            let client = try daemon.connect()
            #expect(try client.ask(charge("before", "u")).isAllowed)
            for watcher in watchers { #expect(try watcher.next().text("run") == "before") }
            redis.kill()
            #expect(try client.ask("CHECK user u model gpt-4o").errorCode != nil)
            try redis.start()
            #expect(try eventually { try client.ask(charge("after", "u")).isAllowed })
            for watcher in watchers {
                let told = try watcher.told(untilRun: "after")
                #expect(told.map(\.kind) == ["charge"], "none twice, and no gap")
            }
            let late = try Watcher(try daemon.connect(), "events:default:since=0")
            #expect(
                try late.told(untilRun: "after").map { $0.text("run") } == ["before", "after"])
        }

        @Test func watchersComeAndGoOnAllLoops() throws {
            let daemon = try TestDaemon(policy: Policies.open, options: ["--threads", "3"])
            let client = try daemon.connect()
            for round in 0..<10 {
                let some = try (0..<6).map { index in
                    try Watcher(
                        try daemon.connect(), "events:default:user=u\(index)", "events:default")
                }
                #expect(try some[0].client.ask("UNSUBSCRIBE events:default").array?.count == 3)
                #expect(try client.ask(charge("r\(round)", "u0")).isAllowed)
                for (index, watcher) in some.enumerated() {
                    let told = try watcher.next()
                    #expect(told.text("run") == "r\(round)")
                    #expect(index > 0 || told.channel == "events:default:user=u0")
                }
            }
            #expect(try daemon.stop() == .exit(0))
        }
    }
}
