// Promise 12 where several loops look at one Redis: none reports a loss that there was not.

import Foundation
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
    }
}
