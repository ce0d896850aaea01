// How much is measured.

struct EngineScale: RoundScale {
    var quick = false
    var rounds = 7
    var seed: UInt64 = 1
    /// As redis-benchmark has it by default.
    var connections = 50
    /// Users, each with a session and a run.
    var runs = 10_000
    /// Decisions of one measurement: half a second of Redis at least, and a multiple of 16.
    var calls = 32_000
    var fewUsers = 1_000
    var manyUsers = 1_000_000
    /// Runs whose books are compared, in each round.
    var checkedRuns = 200

    /// Too little to judge by, enough to see that all of it works.
    static let quick = EngineScale(
        quick: true, rounds: 2, connections: 10, runs: 100, calls: 1_600, fewUsers: 100,
        manyUsers: 2_000, checkedRuns: 50)
}
