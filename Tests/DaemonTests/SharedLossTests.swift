// Promise 12 where several loops, or several daemons, look at one Redis: none reports a loss that
// there was not, and one that is accepted at one of them is accepted at all.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct SharedLossTests {
        private static let tenants = 200

        /// One loop raises the witness while another one reads the journals.
        @Test func promise12LoopsThatCheckAnewReportNoLossThatThereWasNot() throws {
            let daemon = try TestDaemon(policy: Policies.open, options: ["--threads", "4"])
            let workers = Swarm(8) { worker in
                let client = try daemon.connect()
                for round in 0..<40 {
                    let answers = try client.pipeline(
                        (0..<Self.tenants).map {
                            "RECORD idempotency_key \(worker)-\(round) tenant t\($0) model gpt-4o"
                        })
                    guard answers.count == Self.tenants else { return }
                }
            }
            let redis = try BlockingConnection(unixPath: daemon.redisSocket)
            while workers.endedCount < 8 {
                usleep(50_000)
                _ = try redis.command(["CLIENT", "KILL", "TYPE", "normal"])
            }
            _ = try workers.wait()
            #expect(daemon.log.contains("redis connection ended"))
            #expect(!daemon.log.contains("has lost"))
            let client = try daemon.connect()
            #expect(eventually { (try? client.ask("USAGE tenant t0 user u").errorCode) == nil })
        }

        /// Whether the other daemon has noticed the loss itself, or meets the newer epoch only.
        @Test(arguments: [false, true])
        func aLossThatOneDaemonAcceptsIsAcceptedAtAll(_ isNoticed: Bool) throws {
            let redis = try TestRedis()
            let daemons = try (0..<2).map { _ in
                try TestDaemon(policy: Policies.capped(1000), redis: redis)
            }
            func charge(_ daemon: Int, _ key: String) throws -> RESPValue {
                try daemons[daemon].ask(
                    "CHARGE idempotency_key \(key) tenant acme agent a model gpt-4o")
            }
            for call in 0..<3 {
                #expect(try charge(0, "a\(call)").isAllowed)
                #expect(try charge(1, "b\(call)").isAllowed)
            }
            try daemons[0].stop()
            try redis.command("FLUSHALL")
            if isNoticed { #expect(try charge(1, "lost").errorCode == "OUTCOME_UNKNOWN") }
            try daemons[0].start(["--accept-loss"])
            let first = try #require(try charge(0, "new")["seq"]?.integer)
            #expect(first > 1 << 40)
            let isBack = eventually { (try? charge(1, "newer").isAllowed) == true }
            #expect(isBack)
            #expect(daemons[1].log.contains("a loss was accepted elsewhere"))
            let usage = try daemons[1].ask("USAGE tenant acme agent a").standing("calls")
            #expect(usage == (isNoticed ? "3 0 997" : "2 0 998"))
            try daemons[1].stop()
            try daemons[1].start()
            let last = try #require(try charge(1, "newest")["seq"]?.integer)
            #expect(last == first + 2)
        }
    }
}
