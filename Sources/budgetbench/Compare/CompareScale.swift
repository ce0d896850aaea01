// How much is compared.

struct CompareScale: RoundScale {
    var rounds = 5
    var seed: UInt64 = 1
    /// As redis-benchmark has it by default; and how many requests of each are under way where
    /// they are pipelined.
    var connections = 50
    var depth = 16
    /// Users, each with a session and a run.
    var runs = 10_000
    /// Decisions of one measurement with many connections, a multiple of 16.
    var calls = 32_000
    /// The same with one connection.
    var callsOfOne = 8_000
    var pythonCalls = 3_000
    var proxyCalls = 300
    /// How many workers share a cap at once, and for how many calls it has room.
    var workers = 64
    var room = 100

    /// Too little to judge by, enough to see that all of it works, also where all is slow: the
    /// daemon gives a request up after a second.
    static let quick = CompareScale(
        rounds: 2, connections: 8, depth: 4, runs: 200, calls: 1_600, callsOfOne: 200,
        pythonCalls: 100, proxyCalls: 20)
}
