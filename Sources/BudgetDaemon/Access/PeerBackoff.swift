// Who gave wrong credentials too often has to wait. Tokens can't be guessed, so this is not what
// keeps strangers out: it keeps them from spending the daemon's time and filling its log.

/// The failures of addresses. Times are milliseconds of a clock that never goes back.
struct PeerBackoff {
    /// Failures that cost nothing: a worker with a typing error, a fleet during a rotation.
    static let freeFailures = 5
    /// The first wait; it doubles with each failure.
    static let firstWait: Int64 = 100
    /// The longest wait: a corrected configuration is not kept out for long.
    static let longestWait: Int64 = 30_000
    /// Addresses that are remembered; past them new ones are not slowed down, and the memory
    /// stays small whatever comes.
    static let mostPeers = 4096

    private struct Failures {
        var count = 0
        var until: Int64 = 0
    }

    private var peers: [String: Failures] = [:]

    /// How long the address has to wait from now on; 0 where it may try.
    func wait(_ peer: String, now: Int64) -> Int64 {
        max(0, (peers[peer]?.until ?? 0) - now)
    }

    /// Counts a failure; those before are forgotten once nothing was wrong for the longest wait.
    mutating func failed(_ peer: String, now: Int64) {
        if peers[peer] == nil, peers.count >= Self.mostPeers {
            peers = peers.filter { $0.value.until + Self.longestWait > now }
            guard peers.count < Self.mostPeers else { return }
        }
        var failures = peers[peer] ?? Failures()
        if failures.until + Self.longestWait < now { failures.count = 0 }
        failures.count += 1
        failures.until = now
        let doublings = failures.count - Self.freeFailures
        if doublings >= 0 {
            let wait = doublings < 9 ? Self.firstWait << Int64(doublings) : Self.longestWait
            failures.until = now + min(wait, Self.longestWait)
        }
        peers[peer] = failures
    }
}
