// What MULTI has queued. There are no transactions: EXEC gives the commands over one after the
// other, each decided by itself; but nothing at all is done when one of them makes no sense.

import BudgetModel
import BudgetService

/// The commands between MULTI and EXEC.
struct Transaction: Sendable {
    /// A command that waits for EXEC.
    enum Queued: Sendable {
        case budget(CommandRequest)
        case connection(ConnectionCommand, Arguments)
    }

    private(set) var queued: [Queued] = []
    private var bytes = 0
    /// A command was refused, so EXEC will be.
    private(set) var isAborted = false

    /// Queues a command unless it is too much.
    mutating func append(
        _ command: Queued, bytes count: Int, bounds: SocketBounds
    ) throws(BudgetError) {
        if isAborted { return }
        guard queued.count < bounds.maxQueuedCommands else {
            throw BudgetError(
                .tooLarge, "MULTI queues at most \(bounds.maxQueuedCommands) commands")
        }
        guard bytes + count <= bounds.maxQueuedBytes else {
            throw BudgetError(.tooLarge, "MULTI queues at most \(bounds.maxQueuedBytes) bytes")
        }
        bytes += count
        queued.append(command)
    }

    /// Forgets what was queued and refuses EXEC.
    mutating func abort() {
        isAborted = true
        queued = []
    }
}
