// One reader's watch of one channel.

import BudgetModel

/// A watch, from its beginning to its end. Confined to one loop.
public final class EventWatch {
    public let channel: EventChannel
    weak let reader: (any EventReader)?
    /// The last entry that the reader was told or that was before its time.
    var after: Sequence
    public private(set) var isEnded = false
    /// How many turns in a row it had no room for what it had missed.
    var turnsWithoutRoom = 0
    private let onEnd: (() -> Void)?

    init(_ channel: EventChannel, reader: any EventReader, after: Sequence) {
        self.channel = channel
        self.reader = reader
        self.after = after
        onEnd = nil
    }

    /// A watch that another source tells what it is to tell.
    ///
    /// - Parameter onEnd: told when nothing more is wanted, possibly on another loop.
    public init(
        _ channel: EventChannel, reader: any EventReader, onEnd: @escaping () -> Void
    ) {
        self.channel = channel
        self.reader = reader
        after = Sequence(epoch: 0, number: 0)
        self.onEnd = onEnd
    }

    deinit {
        end()
    }

    /// Ends it; nothing more is told.
    public func end() {
        guard !isEnded else { return }
        isEnded = true
        onEnd?()
    }

    /// Whether there is nobody any more who could be told.
    var isOver: Bool { isEnded || reader == nil }

    /// Tells what it has not been told; messages are in order.
    func tell(_ messages: ArraySlice<EventMessage>) {
        guard !isEnded, let reader else { return }
        let first = messages.firstIndex {
            $0.isEntry ? $0.sequence > after : $0.sequence >= after
        }
        guard let first else { return }
        reader.take(messages[first...], of: self)
    }
}
