// An event on its way to its watchers, who are many: it is written once for all of them.

public import BudgetModel

/// An event's text as JSON, and its place in order.
public final class EventMessage: Sendable {
    /// The event's; the sequence of what is no entry is that of the entry before it.
    let moment: Moment
    /// Whether it is told once; others may stand behind the entry that they name.
    let isEntry: Bool
    private let plain: [UInt8]
    /// With who did what, where that is to be told.
    private let full: [UInt8]?

    init(_ event: Event) {
        moment = event.moment
        isEntry = event.isEntry
        plain = EventText.json(event, showsActor: false)
        full = if case .act = event.matter { EventText.json(event, showsActor: true) } else { nil }
    }

    /// The event's `seq`.
    public var sequence: Sequence { moment.sequence }

    /// One line of JSON; who did what is told to those only who may read the audit.
    public func json(for role: Role) -> [UInt8] {
        guard let full, role >= Command.audit.spec.role else { return plain }
        return full
    }

    /// How long its text is, about.
    var length: Int { plain.count }
}
