// Load on a daemon, on a thread of its own: what else a test does blocks the others.

import Synchronization
import TestSupport

/// Charges of a token each, one after the other, until it is ended.
final class Charging: Sendable {
    private struct State {
        var isEnding = false
        var charged = 0
        var end: Result<Int, any Error>?
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - user: who spends, in a new run now and then, so that no limit of runs ends it. Each run
    ///     is in the books and the rankings, so that many would make verifying slower all the time.
    ///   - bench: whom it asks.
    init(of user: String, at bench: Bench) {
        TestThread.start { [self] in
            let end = Result { try charge(user, bench) }
            state.withLock { $0.end = end }
        }
    }

    private func charge(_ user: String, _ bench: Bench) throws -> Int {
        var charged = 0
        while !state.withLock(\.isEnding) {
            let answer = try bench.ask(
                "CHARGE idempotency_key l\(charged) user \(user) run r\(charged / 500) "
                    + "model gpt-4o input_tokens 1 output_tokens 0")
            guard answer["decision"]?.string == "allow" else {
                throw NotReady(log: "\(answer)")
            }
            charged += 1
        }
        return charged
    }

    /// Ends it, and tells how many there were.
    func end() throws -> Int {
        state.withLock { $0.isEnding = true }
        _ = eventually { state.withLock { $0.end != nil } }
        guard let end = state.withLock(\.end) else { throw NotReady(log: "it goes on") }
        return try end.get()
    }
}
