// The disk under Redis's append-only file is full while workers work. With `appendfsync always`
// Redis ends itself on its first failed write, since it could keep no promise; with `everysec` it
// answers MISCONF until there is room. Either way workers are told clearly, nothing that was
// acknowledged is lost, and with the room comes service.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite(.enabled(if: SmallDisk.isAllowed, "this machine lets nobody mount a small disk"))
    struct FullDiskTests {
        private static let megabytes = 16

        /// Two daemons before a Redis whose directory is on a small disk.
        private func house(
            _ durability: String
        ) throws -> (disk: SmallDisk, directory: TestDirectory, house: FaultHouse) {
            let directory = try TestDirectory()
            let disk = try SmallDisk(over: directory.path, megabytes: Self.megabytes)
            let house = try FaultHouse(
                durability: durability, directory: directory.path, starter: disk.starter)
            return (disk, directory, house)
        }

        @Test func anExternalRedisThatEndsItselfLosesNothing() throws {
            let (disk, directory, house) = try house("always")
            defer { withExtendedLifetime(directory) {} }
            let load = FaultLoad(on: house.paths, seed: 1)
            load.advance(by: 200)
            try disk.fill()
            let isGone = eventually { (try? house.redis.command("PING")) == nil }
            #expect(isGone)
            load.advance(by: 30)
            try disk.clear()
            house.redis.kill()
            try house.redis.start()
            #expect(try house.timeUntilServed() < 2)
            load.advance(by: 100)
            let faults = try house.faults(load.end())
            #expect(faults == [])
        }

        @Test func anExternalRedisThatRefusesServesAgainByItself() throws {
            let (disk, directory, house) = try house("everysec")
            defer { withExtendedLifetime(directory) {} }
            let load = FaultLoad(on: house.paths, seed: 2)
            load.advance(by: 200)
            try disk.fill()
            let isRefused = eventually {
                (try? house.redis.command("SET", "probe", "1"))?.errorCode == "MISCONF"
            }
            #expect(isRefused)
            let told = try house.daemons[0].ask("CHARGE idempotency_key full user u model gpt-4o")
            #expect(told.errorCode == "UNAVAILABLE")
            load.advance(by: 30)
            try disk.clear()
            #expect(try house.timeUntilServed() < 5)
            try house.redis.command("DEL", "probe")
            load.advance(by: 100)
            let faults = try house.faults(load.end())
            #expect(faults == [])
        }

        /// The witness's file lies on the same disk.
        @Test func anOwnRedisIsStartedAgainUntilThereIsRoom() throws {
            let daemon = try TestDaemon(policy: Policies.capped(1_000_000), isStarted: false)
            try FileManager.default.createDirectory(
                atPath: daemon.stateDirectory, withIntermediateDirectories: true)
            let disk = try SmallDisk(over: daemon.stateDirectory, megabytes: Self.megabytes)
            try daemon.launch(starter: disk.starter)
            defer { _ = try? daemon.stop() }
            func call(_ number: Int) -> String {
                "CHARGE idempotency_key c\(number) user u run r model gpt-4o input_tokens 0 "
                    + "output_tokens 1000"
            }
            #expect(eventually { (try? daemon.ask(call(0)).isAllowed) == true })
            try disk.fill()
            var told: Set<String> = []
            var last = 0
            let isRefused = eventually {
                last += 1
                guard let answer = try? daemon.ask(call(last)) else { return false }
                if let code = answer.errorCode { told.insert(code) }
                return answer.errorCode == "UNAVAILABLE"
            }
            #expect(isRefused)
            #expect(told.isSubset(of: ["UNAVAILABLE", "OUTCOME_UNKNOWN"]), "\(told)")
            #expect(try daemon.ask("PING") == .simple("PONG"))
            try disk.clear()
            for number in 0...last {
                let isDone = eventually { (try? daemon.ask(call(number)).isAllowed) == true }
                #expect(isDone, "\(number): \(daemon.log.suffix(2000))")
            }
            let books = try RunBooks(daemon.connect(), run: "r")
            #expect(books.faults == [])
            #expect(Int(books.calls) == last + 1)
        }
    }
}
