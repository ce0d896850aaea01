// The append-only file is not as it was written: what of it is missing is noticed by the witness,
// and what is changed in it is found by `budgetctl verify`.

import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct DamagedFileTests {
        let daemon: TestDaemon

        init() throws {
            daemon = try TestDaemon(policy: Policies.capped(1000))
            let client = try daemon.connect()
            for call in 0..<20 {
                let answer = try client.ask(
                    "CHARGE idempotency_key c\(call) agent a user u run r model gpt-4o "
                        + "input_tokens 0 output_tokens 1000")
                #expect(answer.isAllowed)
            }
            try daemon.stop()
        }

        private func file() throws -> URL { try Self.file(in: daemon.stateDirectory + "/redis") }

        /// The append-only file of a Redis that keeps its data there.
        private static func file(in directory: String) throws -> URL {
            let folder = directory + "/appendonlydir"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let name = try #require(names.first { $0.hasSuffix(".incr.aof") })
            return URL(filePath: folder + "/" + name)
        }

        @Test func aTruncatedOneIsRepairedByRedisAndTheLossIsNoticed() throws {
            let file = try file()
            let bytes = try Data(contentsOf: file)
            try bytes.dropLast(40).write(to: file)
            let process = try daemon.launch()
            #expect(
                eventually { daemon.log.contains("Redis has lost data of 1 tenant (default)") })
            #expect(eventually { (try? daemon.ask("USAGE agent a").errorCode) == "UNAVAILABLE" })
            process.signal(SIGTERM)
            #expect(process.waitForEnd() == .exit(0))
            try daemon.start(["--accept-loss"])
            #expect(try daemon.ask("USAGE agent a").standing("calls") == "19 0 981")
        }

        /// Redis loads it without a word.
        @Test func aChangedAmountIsFound() throws {
            let file = try file()
            var bytes = try Data(contentsOf: file)
            let amount = try #require(
                bytes.range(of: Data("\r\n10000000\r\n".utf8), options: .backwards))
            bytes[amount.lowerBound + 3] = UInt8(ascii: "2")
            try bytes.write(to: file)
            try daemon.start()
            let folder = (TestDaemon.program as NSString).deletingLastPathComponent
            let verified = try Program([
                folder + "/budgetctl", "verify", "--socket", daemon.socketPath,
            ])
            #expect(verified.ending == .exit(1), "\(verified.output)")
            #expect(verified.output.contains(" difference"))
        }

        /// What everysec may lose is what was acknowledged within the last two seconds, and where
        /// anything is lost nobody is served. A kill takes hardly anything, since the system has
        /// the bytes; a machine that goes takes the last ones.
        @Test(arguments: [0, 2000])
        func everysecLosesLittleAndTheLossIsNoticed(_ bytes: Int) throws {
            let house = try FaultHouse(durability: "everysec")
            let load = FaultLoad(on: house.paths, seed: 1)
            load.advance(by: 1500, seconds: 10)
            house.redis.kill()
            let killed = load.elapsed
            let file = try Self.file(in: house.redis.directory)
            try Data(contentsOf: file).dropLast(bytes).write(to: file)
            try house.redis.start()
            func isRefused() -> Bool {
                house.daemons.contains { $0.log.contains("Redis has lost data") }
            }
            let isDecided = eventually(seconds: 10) {
                isRefused() || bytes == 0 && (try? house.timeUntilServed()) != nil
            }
            #expect(isDecided)
            let attempts = try load.end(isPatient: false)
            let wasNoticed = isRefused()
            if wasNoticed {
                for daemon in house.daemons { daemon.kill() }
                for daemon in house.daemons { try daemon.start(["--accept-loss"]) }
            }
            // Who is served has lost nothing at all.
            let kept = wasNoticed ? attempts.filter { $0.end < killed - 2_000_000_000 } : attempts
            let history = FaultHistory(
                attempts: kept, lines: try house.journal(), calls: try house.known(attempts))
            #expect(history.acknowledged() == [])
        }
    }
}
