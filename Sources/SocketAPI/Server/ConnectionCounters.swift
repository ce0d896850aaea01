// The counters behind `ConnectionCounts`, shared by the loops. Requests are added by the burst, so
// that the loops seldom pass a cache line back and forth.

import BudgetModel
import Synchronization

/// Counters of a listener.
final class ConnectionCounters: Sendable {
    private let openCount = Atomic(0)
    private let acceptedCount = Atomic(0)
    private let refusedCount = Atomic(0)
    private let requestCount = Atomic(0)
    private let refusals = Mutex<[BudgetError.Code: Int]>([:])

    var open: Int { openCount.load(ordering: .relaxed) }

    var counts: ConnectionCounts {
        var counts = ConnectionCounts()
        counts.open = open
        counts.accepted = acceptedCount.load(ordering: .relaxed)
        counts.refused = refusedCount.load(ordering: .relaxed)
        counts.requests = requestCount.load(ordering: .relaxed)
        counts.refusals = refusals.withLock { $0 }
        return counts
    }

    /// Counts a connection as open unless there are so many.
    /// - Returns: whether there is room for it.
    func admit(atMost limit: Int) -> Bool {
        acceptedCount.wrappingAdd(1, ordering: .relaxed)
        if openCount.wrappingAdd(1, ordering: .relaxed).newValue > limit {
            openCount.wrappingSubtract(1, ordering: .relaxed)
            refusedCount.wrappingAdd(1, ordering: .relaxed)
            return false
        }
        return true
    }

    /// An admitted connection turned out to have no role.
    func refuse() {
        refusedCount.wrappingAdd(1, ordering: .relaxed)
        close()
    }

    func close() { openCount.wrappingSubtract(1, ordering: .relaxed) }

    /// Adds the requests of a burst.
    func add(requests: Int) { requestCount.wrappingAdd(requests, ordering: .relaxed) }

    /// A request was answered by an error before anybody carried it out.
    func refused(_ code: BudgetError.Code) {
        refusals.withLock { $0[code, default: 0] += 1 }
    }
}
