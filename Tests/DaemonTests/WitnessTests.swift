// Promise 12: a Redis that comes back with less than was acknowledged is noticed, and not served
// from until somebody who looked at it says so.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct WitnessTests {
        let daemon: TestDaemon

        init() throws {
            daemon = try TestDaemon(policy: Policies.capped(1000))
        }

        private var data: String { daemon.stateDirectory + "/redis/appendonlydir" }

        /// So many calls; the sequence number of the last.
        @discardableResult
        private func spend(_ calls: Int, _ name: String = "c", tenant: String = "acme") throws
            -> Int64
        {
            let client = try daemon.connect()
            var last: Int64 = 0
            for call in 0..<calls {
                let answer = try client.ask(
                    "CHARGE idempotency_key \(name)\(call) tenant \(tenant) agent a model gpt-4o")
                #expect(answer.isAllowed)
                last = try #require(answer["seq"]?.integer)
            }
            return last
        }

        /// Starts, sees the refusal, and stops.
        private func expectRefusal() throws {
            let before = daemon.log.count
            let process = try daemon.launch()
            func says(_ text: String) -> Bool { daemon.log.dropFirst(before).contains(text) }
            #expect(eventually { says("Redis has lost data of 1 tenant (acme)") })
            #expect(says("--accept-loss"))
            // Its services run by then, and with them what ends it in order.
            #expect(eventually { says("sweep failed") })
            #expect(process.ending == nil)
            let line = "CHARGE idempotency_key refused tenant acme agent a model gpt-4o"
            #expect(eventually { (try? daemon.ask(line).errorCode) == "UNAVAILABLE" })
            #expect(try daemon.stop() == .exit(0))
        }

        @Test func promise12AnEmptiedDirectoryIsRefusedUntilTheLossIsAccepted() throws {
            let last = try spend(5)
            #expect(try daemon.stop() == .exit(0))
            try FileManager.default.removeItem(atPath: data)
            try expectRefusal()
            try expectRefusal()
            try daemon.start(["--accept-loss"])
            let next = try spend(1, "new")
            #expect(next > last)
            #expect(try daemon.ask("USAGE tenant acme agent a").standing("calls") == "1 0 999")
            #expect(try daemon.stop() == .exit(0))
            try daemon.start()
            #expect(try spend(1, "newer") > next)
        }

        /// A question in a new epoch shows no entry of it, so there is none to be missed later.
        @Test func whoOnlyAsksLosesNothing() throws {
            try spend(5)
            try daemon.stop()
            try FileManager.default.removeItem(atPath: data)
            try daemon.start(["--accept-loss"])
            for tenant in ["acme", "default"] {
                #expect(try daemon.ask("USAGE tenant \(tenant) agent a").errorCode == nil)
            }
            try daemon.stop()
            try daemon.start()
            #expect(try daemon.ask("USAGE tenant acme agent a").standing("calls") == "0 0 1000")
        }

        /// Spends 3, then 4 that Redis has lost; leaves the daemon stopped.
        ///
        /// - Returns: what `spend` gave for the last of them.
        @discardableResult
        private func fallBack() throws -> Int64 {
            try spend(3)
            try daemon.stop()
            let copy = daemon.directory.path + "/copy"
            try FileManager.default.copyItem(atPath: data, toPath: copy)
            try daemon.start()
            let last = try spend(4, "lost")
            try daemon.stop()
            try FileManager.default.removeItem(atPath: data)
            try FileManager.default.moveItem(atPath: copy, toPath: data)
            return last
        }

        @Test func promise12AnOlderCopyIsRefusedUntilTheLossIsAccepted() throws {
            let last = try fallBack()
            try expectRefusal()
            try daemon.start(["--accept-loss"])
            #expect(daemon.log.contains("a loss of Redis's data is accepted"))
            #expect(daemon.log.contains("found=0-3 seen=0-7 tenant=acme"))
            let usage = try daemon.ask("USAGE tenant acme agent a")
            #expect(usage.standing("calls") == "3 0 997")
            #expect(try spend(4, "lost") > last)
        }

        /// What is asked after an accepted loss may be as of an entry from before it, also behind
        /// an answer of the new epoch.
        @Test func whoReadsOldEntriesAfterAnAcceptedLossLosesNothing() throws {
            try fallBack()
            try daemon.start(["--accept-loss"])
            for question in ["USAGE", "SUBJECT SHOW", "USAGE", "LIMIT LIST", "NEAR", "AUDIT"] {
                let subject = question == "USAGE" ? " agent a" : ""
                let answer = try daemon.ask("\(question) tenant acme\(subject)")
                #expect(answer.errorCode == nil, "\(question): \(answer)")
            }
            try spend(1, "after")
            #expect(try daemon.ask("SUBJECT SHOW tenant acme").errorCode == nil)
        }

        /// The witness is written within a second; what it says then holds after a kill too.
        @Test func promise12ALossIsNoticedAfterAKillToo() throws {
            try spend(5)
            let isWritten = eventually {
                daemon.directory.text("state/witness").contains("tenant 0 5 acme")
            }
            #expect(isWritten)
            daemon.kill()
            try FileManager.default.removeItem(atPath: data)
            try expectRefusal()
        }

        @Test(arguments: [
            "CHARGE idempotency_key late tenant acme agent a model gpt-4o",
            "USAGE tenant acme agent a", "CHECK tenant acme agent a model gpt-4o",
            "RESERVE idempotency_key late tenant acme agent a model gpt-4o",
        ])
        func promise12EmptyingRedisBehindItsBackIsNoticed(_ line: String) throws {
            try spend(5)
            _ = try BlockingConnection(unixPath: daemon.redisSocket).command(["FLUSHALL"])
            let client = try daemon.connect()
            let first = try client.ask(line)
            #expect(["UNAVAILABLE", "OUTCOME_UNKNOWN"].contains(first.errorCode), "\(first)")
            // Whose data it was is for the log: those of other tenants are told the same.
            let other = try daemon.ask("CHARGE idempotency_key o tenant other user u")
            for told in [first, other] {
                #expect(told.errorLine?.contains("acme") == false, "\(told)")
            }
            for _ in 0..<3 {
                #expect(try client.ask(line).errorCode == "UNAVAILABLE")
            }
            #expect(daemon.log.contains("Redis has lost data"))
            #expect(try daemon.stop() == .exit(0))
            try expectRefusal()
        }

        /// The next number is the one that was seen last, but it is another entry's.
        @Test func promise12ANumberThatComesTwiceIsNoticed() throws {
            let last = try spend(1)
            _ = try BlockingConnection(unixPath: daemon.redisSocket).command(["FLUSHALL"])
            let client = try daemon.connect()
            let line = "CHARGE idempotency_key late tenant acme agent a model gpt-4o"
            #expect(try client.ask(line).errorCode == "OUTCOME_UNKNOWN", "after \(last)")
            #expect(try client.ask(line).errorCode == "UNAVAILABLE")
            #expect(try daemon.stop() == .exit(0))
            _ = try daemon.launch()
            #expect(eventually { daemon.log.contains("Redis has lost its epoch: restore it, or") })
            #expect(eventually { (try? daemon.ask(line).errorCode) == "UNAVAILABLE" })
        }

        /// Whether the first check finds a loss or not, it is the only one that accepts any.
        @Test(arguments: [false, true])
        func promise12OnlyTheLossAtTheStartIsAccepted(_ isLost: Bool) throws {
            try spend(5)
            try daemon.stop()
            if isLost { try FileManager.default.removeItem(atPath: data) }
            try daemon.start(["--accept-loss"])
            #expect(daemon.log.contains("is accepted") == isLost)
            try spend(5, "later")
            let redis = try BlockingConnection(unixPath: daemon.redisSocket)
            _ = try redis.command(["FLUSHALL"])
            _ = try redis.command(["CLIENT", "KILL", "TYPE", "normal"])
            #expect(eventually { daemon.log.contains("Redis has lost data of 1 tenant (acme)") })
            let late = "CHARGE idempotency_key late tenant acme agent a model gpt-4o"
            #expect(try daemon.ask(late).errorCode == "UNAVAILABLE")
        }

        @Test func aDamagedWitnessIsNotTakenForAFirstStart() throws {
            try spend(1)
            try daemon.stop()
            let path = daemon.stateDirectory + "/witness"
            try Data("budgetd-witness 1\nepoch 0\n".utf8).write(to: URL(filePath: path))
            let process = try daemon.launch()
            #expect(process.waitForEnd() == .exit(1))
            #expect(daemon.log.contains("the witness file \(path) is damaged"))
        }
    }
}
