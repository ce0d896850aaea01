// Denials on their way from the loops that decide to the one that tells watchers of them.

import BudgetModel
import BudgetService
import Synchronization

/// Keeps denials, while somebody watches, until they are taken.
final class DenialBoard: DenialListener {
    /// Denials that may wait: more than a tick brings, and more are not told anyway.
    private static let most = 10_000

    private let isWatched = Atomic(false)
    private let denials = Mutex<[Event]>([])

    /// Somebody watches, or nobody does any more.
    func listens(_ isWatched: Bool) { self.isWatched.store(isWatched, ordering: .relaxed) }

    var isListening: Bool { isWatched.load(ordering: .relaxed) }

    func tell(_ denial: Event) {
        denials.withLock { denials in
            if denials.count < Self.most { denials.append(denial) }
        }
    }

    /// Takes those that wait.
    func take() -> [Event] {
        denials.withLock { denials in
            defer { denials = [] }
            return denials
        }
    }
}
