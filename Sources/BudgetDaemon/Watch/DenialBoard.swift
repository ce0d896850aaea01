// Denials on their way from the loop that decided them to the watchers of every loop.

import BudgetModel
import BudgetService
import NIOCore
import Synchronization

/// Passes denials on, while somebody watches.
final class DenialBoard: DenialListener {
    private let watchedLoops = Atomic(0)
    private let floors = Mutex<[NIOLoopBound<Floor>]>([])

    /// Begins to pass denials on to these.
    func serve(_ floors: [NIOLoopBound<Floor>]) { self.floors.withLock { $0 = floors } }

    /// A loop has its first watcher, or lost its last.
    func listens(_ isWatched: Bool) {
        watchedLoops.wrappingAdd(isWatched ? 1 : -1, ordering: .relaxed)
    }

    var isListening: Bool { watchedLoops.load(ordering: .relaxed) > 0 }

    func tell(_ denial: Event) {
        for floor in floors.withLock({ $0 }) {
            if floor.eventLoop.inEventLoop {
                floor.value.events.tell(denial)
            } else {
                floor.eventLoop.execute { floor.value.events.tell(denial) }
            }
        }
    }
}
