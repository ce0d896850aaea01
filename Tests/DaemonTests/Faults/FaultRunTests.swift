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

        /// Strikes, and tells how long service took to be back after each.
        private func strike(
            _ house: FaultHouse, _ load: FaultLoad, _ random: inout SeededGenerator
        ) throws -> [Strike: Double] {
            let end = ContinuousClock.now + .seconds(Self.number("BUDGETD_FAULT_SECONDS") ?? 0)
            var longest: [Strike: Double] = [:]
            repeat {
                for strike in Strike.allCases.shuffled(using: &random) {
                    load.advance(by: 40)
                    try strike.strike(house, load, &random)
                    let time = try house.timeUntilServed()
                    longest[strike] = max(longest[strike] ?? 0, time)
                }
            } while ContinuousClock.now < end
            return longest
        }

        @Test func nothingIsLostDoubledOrWedgedWhateverStrikes() throws {
            let seed = Self.number("BUDGETD_TEST_SEED") ?? UInt64.random(in: 1..<1_000_000)
            print("faults: seed \(seed)")
            var random = SeededGenerator(seed: seed)
            let house = try FaultHouse()
            let load = FaultLoad(on: house.paths, seed: seed)
            let times = try strike(house, load, &random)
            let attempts = try load.end()
            for (strike, time) in times where time > 2 {
                Issue.record("seed \(seed): served \(time) s after \(strike)'s PONG")
            }
            #expect(try house.faults(attempts) == [], "seed \(seed)")
            let codes = Dictionary(grouping: attempts) { $0.answer.error ?? "answered" }
            print(
                "faults: \(attempts.count) requests,",
                codes.mapValues(\.count), "longest", times.values.max() ?? 0)
        }
    }
}
