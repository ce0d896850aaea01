// kill -9 at the worst moments: what was acknowledged is there once, what was not and is repeated
// under its key is there once, and nothing is there twice.

import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct CrashTests {
        let daemon: TestDaemon

        init() throws {
            daemon = try TestDaemon(policy: Policies.capped(1_000_000))
        }

        /// Promises 3, 4 and 6 after all that happened.
        private func expectBalance(_ account: Load.Account) throws {
            let client = try daemon.connect()
            let books = try RunBooks(client, run: "r")
            #expect(books.faults == [])
            #expect(books.ids.sorted() == account.ids.sorted())
            let usage = try client.ask("USAGE user u session s agent a")
            let calls = account.ids.count
            for measure in [Contest.Measure.cost, .tokens, .calls] {
                #expect(
                    usage.standing(measure.limit)
                        == "\(measure.text(calls)) 0 \(measure.text(1_000_000 - calls))")
            }
        }

        @Test func promise6KillingTheDaemonLosesAndDoublesNothing() throws {
            let load = Load(on: daemon.socketPath)
            for _ in 0..<4 {
                try load.advance(by: 150)
                daemon.kill()
                try daemon.start()
            }
            try load.advance(by: 50)
            let account = try load.end()
            #expect(account.losses > 0)
            try expectBalance(account)
        }

        @Test func promises6And14KillingRedisIsNoDenialAndNoHang() throws {
            let load = Load(on: daemon.socketPath)
            for _ in 0..<4 {
                try load.advance(by: 150)
                let pid = try #require(daemon.redisPID)
                kill(pid, SIGKILL)
                #expect(eventually { daemon.redisPID != pid && daemon.redisPID != nil })
            }
            try load.advance(by: 50)
            let account = try load.end()
            #expect(account.losses == 0)
            #expect(!account.errors.isEmpty)
            #expect(account.longest < 5)
            try expectBalance(account)
            #expect(try daemon.process.ending == nil)
        }

        @Test func promise6KillingBothLosesAndDoublesNothing() throws {
            let load = Load(on: daemon.socketPath)
            for round in 0..<4 {
                try load.advance(by: 150)
                let pid = try #require(daemon.redisPID)
                if round % 2 == 0 { kill(pid, SIGKILL) }
                try daemon.process.signal(SIGKILL)
                kill(pid, SIGKILL)
                daemon.kill()
                try daemon.start()
            }
            try load.advance(by: 50)
            try expectBalance(try load.end())
        }

        @Test func aKilledDaemonLeavesNoRedisAndItsSocketIsTakenOver() throws {
            let pid = try #require(daemon.redisPID)
            daemon.kill()
            #expect(try daemon.process.ending == .signal(SIGKILL))
            #expect(!TestDaemon.isAlive(pid))
            #expect(FileManager.default.fileExists(atPath: daemon.socketPath))
            try daemon.start()
            #expect(daemon.redisPID != pid)
        }

        @Test func aSecondDaemonOnTheSameDirectoryIsRefused() throws {
            let second = try Program([
                TestDaemon.program, "--policy", daemon.directory.path + "/policy.yaml", "--state",
                daemon.stateDirectory, "--socket", daemon.directory.path + "/other.sock",
            ])
            #expect(second.ending == .exit(1))
            #expect(second.errors.contains(daemon.stateDirectory + "/redis is in use"))
            #expect(second.errors.contains("pid \(try daemon.process.pid)"))
            #expect(try daemon.ask("PING") == .simple("PONG"))
        }
    }
}
