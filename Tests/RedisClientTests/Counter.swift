// A number that callbacks on a loop raise and a test reads.

import Synchronization

/// A thread-safe count.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }

    func add() { count.add(1, ordering: .sequentiallyConsistent) }
}
