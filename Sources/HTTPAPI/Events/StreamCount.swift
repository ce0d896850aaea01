// How many streams a listener has. They are the connections that don't end by themselves, so that
// without a bound they would take the place of all others.

import BudgetModel
import BudgetService
import NIOConcurrencyHelpers

/// Counts the streams of one listener, on all loops.
struct StreamCount: Sendable {
    let most: Int
    private let open = NIOLockedValueBox(0)
    private let tally: HTTPTally

    init(most: Int, _ tally: HTTPTally) {
        self.most = most
        self.tally = tally
    }

    /// Takes a place, to be given back by `leave()`.
    func enter() throws(Problem) {
        let isFull = open.withLockedValue { open in
            guard open < most else { return true }
            open += 1
            return false
        }
        guard !isFull else {
            throw Problem(
                BudgetError(.overloaded, "there are \(most) streams, the most there may be"))
        }
        tally.streamBegan()
    }

    /// Gives a place back.
    func leave() {
        open.withLockedValue { $0 -= 1 }
        tally.streamEnded()
    }
}
