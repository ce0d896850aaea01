// How far it grows.

struct ScaleScale: RoundScale {
    var quick = false
    var rounds = 5
    var seed: UInt64 = 1
    /// Under load, and requests of each under way.
    var busyConnections = 50
    var depth = 16
    /// Users who have spent, each with a session and a run; from one to the last.
    var users = [1_000, 10_000, 100_000, 1_000_000]
    /// Decisions of one measurement.
    var calls = 32_000
    /// Calls of each kind whose bytes are counted.
    var kept = 20_000
    var connections = [10, 1_000, 10_000]

    /// Too little to judge by, enough to see that all of it works, also where all is slow: the
    /// daemon gives a request up after a second.
    static let quick = ScaleScale(
        quick: true, rounds: 2, busyConnections: 8, depth: 4, users: [100, 1_000], calls: 1_600,
        kept: 1_000,
        connections: [10, 100])
}
