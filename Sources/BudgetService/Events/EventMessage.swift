// An event on its way to its watchers, who are many: it is written once for all of them.

public import BudgetModel

/// An event, and its text as JSON. Confined to its loop.
public final class EventMessage {
    public let event: Event
    private var full: [UInt8]?
    private var plain: [UInt8]?

    init(_ event: Event) {
        self.event = event
    }

    /// One line of JSON; who did what is told to those only who may read the audit.
    public func json(for role: Role) -> [UInt8] {
        if role >= Command.audit.spec.role {
            let text = full ?? EventText.json(event, showsActor: true)
            full = text
            return text
        }
        let text = plain ?? EventText.json(event, showsActor: false)
        plain = text
        return text
    }
}
