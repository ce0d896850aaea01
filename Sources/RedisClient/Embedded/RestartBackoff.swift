// How long to wait before a dead server is started again: doubled each time, bounded, and jittered,
// so that many daemons on one sick machine don't start their servers in step.

struct RestartBackoff: Sendable {
    var base = Duration.milliseconds(50)
    var longest = Duration.seconds(5)

    /// - Parameters:
    ///   - attempt: 1 for the first restart.
    ///   - chance: from 0 to 1; the wait is between half of the full one and all of it.
    func delay(attempt: Int, chance: Double) -> Duration {
        let doublings = min(max(attempt - 1, 0), 20)
        let full = min(base * (1 << doublings), longest)
        return full * (0.5 + min(max(chance, 0), 1) / 2)
    }
}
