// One source of randomness for the tests of the model.

import Foundation

/// Random numbers that repeat with their seed (SplitMix64), so that a failure can be seen again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Prints the seed: `BUDGETD_TEST_SEED` where it is set, a new one otherwise.
    init(for test: String) {
        let seed =
            ProcessInfo.processInfo.environment["BUDGETD_TEST_SEED"]
            .flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
        print("\(test): seed \(seed)")
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
