// One reader's watch of one channel.

import BudgetModel

/// A watch, from its beginning to its end. Confined to the loop of its hub.
public final class EventWatch {
    public let channel: EventChannel
    weak let reader: (any EventReader)?
    /// The last entry that the reader was told or that was before its time.
    var after: Sequence
    private(set) var isEnded = false
    /// How many ticks in a row it had no room for what it had missed.
    var ticksWithoutRoom = 0
    var isReading = false

    init(_ channel: EventChannel, reader: any EventReader, after: Sequence) {
        self.channel = channel
        self.reader = reader
        self.after = after
    }

    /// Ends it; nothing more is told.
    public func end() { isEnded = true }

    /// Tells what it has not been told; messages are in order.
    func tell(_ messages: [EventMessage]) {
        guard !isEnded, let reader else { return }
        let first = messages.firstIndex { message in
            let sequence = message.event.moment.sequence
            return message.event.isEntry ? sequence > after : sequence >= after
        }
        guard let first else { return }
        reader.take(messages[first...], of: self)
    }
}
