// One tenant's events for all who watch it now: where the journal was read to, whose events are
// wanted, and the denials that wait for their place among the entries.

import BudgetModel

/// Finds the watches of an event. Confined to its loop.
final class EventFeed {
    /// Watches of one filter, who are told the same.
    private final class Group {
        let filter: EventFilter
        var watches: [EventWatch] = []
        var found: [EventMessage] = []

        init(_ filter: EventFilter) {
            self.filter = filter
        }
    }

    /// Denials that may wait: what a tenth of a second brings at the most.
    private static let mostDenials = 4096

    let tenant: String
    let family: EventFilter.Family
    /// The last entry that was read.
    var cursor: Sequence
    var isReading = false
    /// Ticks since something was found last.
    var quietTicks = 0
    private var groups: [[UInt8]: Group] = [:]
    /// By the first field of their filters and its value; those without are in `whole`.
    private var index: [SubjectField: [[UInt8]: [Group]]] = [:]
    private var whole: Group?
    private var known: EventInterest?
    private var denials: [Event] = []
    private var lostDenials = 0

    init(tenant: String, family: EventFilter.Family, cursor: Sequence) {
        self.tenant = tenant
        self.family = family
        self.cursor = cursor
    }

    var isEmpty: Bool { groups.isEmpty }

    /// Whose calls are watched.
    var interest: EventInterest {
        if let known { return known }
        let made = EventInterest(groups.values.map(\.filter))
        known = made
        return made
    }

    func add(_ watch: EventWatch) {
        let filter = watch.channel.filter
        let name = Array(
            (Scope(of: filter.subject, per: filter.fields.map(\.field))?.canonical ?? "").utf8)
        if let known = groups[name] {
            known.watches.append(watch)
            return
        }
        let group = Group(filter)
        group.watches = [watch]
        groups[name] = group
        known = nil
        if let (field, value) = filter.fields.first {
            index[field, default: [:]][Array(value.utf8), default: []].append(group)
        } else {
            whole = group
        }
    }

    /// Forgets the watches that have ended.
    func sweep() {
        for (name, group) in groups {
            group.watches.removeAll { $0.isEnded || $0.reader == nil }
            guard group.watches.isEmpty else { continue }
            groups[name] = nil
            known = nil
            guard let (field, value) = group.filter.fields.first else {
                whole = nil
                continue
            }
            let key = Array(value.utf8)
            index[field]?[key]?.removeAll { $0 === group }
            if index[field]?[key]?.isEmpty == true { index[field]?[key] = nil }
            if index[field]?.isEmpty == true { index[field] = nil }
        }
    }

    // MARK: Denials

    /// Keeps a denial until the entries before it have been told.
    func keep(_ denial: Event) {
        if denials.count < Self.mostDenials {
            denials.append(denial)
        } else {
            lostDenials += 1
        }
    }

    /// Takes the denials that wait, in order.
    func takeDenials() -> [Event] {
        defer { denials = [] }
        if lostDenials > 0, let last = denials.last {
            denials.append(
                Event(
                    tenant: tenant, moment: last.moment, matter: .gap(denials: lostDenials)))
            lostDenials = 0
        }
        return denials
    }

    // MARK: Telling

    /// Tells events, which are in order, to all who watch them.
    func tell(_ events: [Event]) {
        guard !events.isEmpty else { return }
        var touched: [Group] = []
        for event in events {
            let message = EventMessage(event)
            for group in candidates(event) where group.filter.takes(event) {
                if group.found.isEmpty { touched.append(group) }
                group.found.append(message)
            }
        }
        for group in touched {
            let found = group.found
            group.found = []
            for watch in group.watches { watch.tell(found) }
        }
    }

    private func candidates(_ event: Event) -> [Group] {
        guard let subject = event.subject else { return Array(groups.values) }
        var found = whole.map { [$0] } ?? []
        for (field, values) in index {
            guard let value = subject[field] else { continue }
            found += values[Array(value.utf8)] ?? []
        }
        return found
    }
}
