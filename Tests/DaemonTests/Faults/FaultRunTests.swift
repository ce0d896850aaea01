// Every fault, in an order that the seed draws, while workers work; then the history is checked.
//
//   BUDGETD_FAULT_SECONDS   how long faults go on striking; without it each strikes once
//   BUDGETD_TEST_SEED       the seed; without it another one each time, which is printed

import Foundation
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct FaultRunTests {
        private static func number(_ name: String) -> UInt64? {
            ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
        }

        /// Strikes, and looks how long service takes to be back after each.
        private func strike(
            _ house: FaultHouse, _ load: FaultLoad, _ random: inout SeededGenerator
        ) throws {
            let end = ContinuousClock.now + .seconds(Self.number("BUDGETD_FAULT_SECONDS") ?? 0)
            repeat {
                for strike in Strike.allCases.shuffled(using: &random) {
                    load.advance(by: 40)
                    try strike.strike(house, load, &random)
                    let time = try house.timeUntilServed()
                    // At once: what it leads to may end the run.
                    guard time > 2 else { continue }
                    Issue.record(
                        """
                        served \(time) s after \(strike)'s PONG, load \(Self.machineLoad); \
                        \(house.warnings.suffix(4000))
                        """)
                }
            } while ContinuousClock.now < end
        }

        /// How busy the machine is with everything.
        private static var machineLoad: String {
            let text = FileManager.default.contents(atPath: "/proc/loadavg") ?? Data()
            return String(decoding: text, as: UTF8.self).prefix { $0 != "\n" }.description
        }

        @Test(
            arguments: [["words"], ["-1"], ["1.5"], ["10", "words"], ["10", "10000000000"]])
        func whatIsNoNumberIsSaid(_ numbers: [String]) throws {
            for kind in ["--faults", "--fuzz"] {
                let told = try Program([Checkout.path + "/deploy/test", kind] + numbers)
                #expect(told.ending == .exit(64))
                #expect(told.errors.contains("'\(numbers.last ?? "")' is no SECONDS or SEED"))
            }
        }

        @Test func nothingIsLostDoubledOrWedgedWhateverStrikes() throws {
            let seed = Self.number("BUDGETD_TEST_SEED") ?? UInt64.random(in: 1..<1_000_000)
            print("faults: seed \(seed)")
            var random = SeededGenerator(seed: seed)
            let house = try FaultHouse()
            let load = FaultLoad(on: house.paths, seed: seed)
            try strike(house, load, &random)
            let attempts: [FaultAttempt]
            do {
                attempts = try load.end()
            } catch {
                Issue.record(
                    "seed \(seed), load \(Self.machineLoad): \(house.warnings.suffix(4000))")
                throw error
            }
            // By name, so that a failure tells what was found.
            let faults = try house.faults(attempts)
            #expect(faults == [], "seed \(seed)")
            let codes = Dictionary(grouping: attempts) { $0.answer.error ?? "answered" }
            print(
                "faults: \(attempts.count) requests,",
                codes.mapValues(\.count))
        }
    }
}
