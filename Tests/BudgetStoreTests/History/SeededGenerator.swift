// Randomness that can be repeated: a failing test prints the seed that it ran with.

import Foundation

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True once in so many times.
    mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    mutating func pick<T>(_ choices: [T]) -> T {
        choices[Int.random(in: choices.indices, using: &self)]
    }

    /// Nil once in so many times, else one of the choices.
    mutating func pick<T>(_ choices: [T], nilOneIn count: Int) -> T? {
        oneIn(count) ? nil : pick(choices)
    }

    mutating func amount(upTo most: Int64) -> Int64 { .random(in: 0...most, using: &self) }
}

/// What the environment says about random tests.
enum HistorySettings {
    /// `BUDGETD_TEST_SEED`, else a new one each time.
    static func seed() -> UInt64 { number("BUDGETD_TEST_SEED") ?? UInt64.random(in: 1..<1_000_000) }

    /// `BUDGETD_TEST_HISTORY`: how many operations a history has.
    static func size(_ standard: Int) -> Int {
        number("BUDGETD_TEST_HISTORY").map(Int.init) ?? standard
    }

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}
