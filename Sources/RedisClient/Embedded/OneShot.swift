// A result that arrives once and that any number of tasks may await. Waiting is not cancellable by
// itself: whoever cancels asks the supervisor to stop, and that resolves it.
import Synchronization

final class OneShot<Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, EmbeddedRedisError>

    private enum State {
        case pending([CheckedContinuation<Outcome, Never>])
        case resolved(Outcome)
    }

    private let state = Mutex(State.pending([]))

    /// The first call counts; later ones change nothing.
    func resolve(_ outcome: Outcome) {
        let waiting = state.withLock { state in
            guard case .pending(let waiting) = state else {
                return [CheckedContinuation<Outcome, Never>]()
            }
            state = .resolved(outcome)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }

    func value() async throws(EmbeddedRedisError) -> Value {
        let outcome = await withCheckedContinuation { continuation in
            let resolved: Outcome? = state.withLock { state in
                switch state {
                case .resolved(let outcome):
                    return outcome
                case .pending(let waiting):
                    state = .pending(waiting + [continuation])
                    return nil
                }
            }
            if let resolved { continuation.resume(returning: resolved) }
        }
        return try outcome.get()
    }
}
