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

    /// Events that may wait to be told together: less than a reader may leave unread.
    private static let mostGathered = 256

    let tenant: String
    let family: EventFilter.Family
    /// The last entry that was read.
    var cursor: Sequence
    var isReading = false
    /// Ticks since something was found last.
    var quietTicks = 0
    /// Whose calls are watched.
    let interest = EventInterest()
    private var groups: [[UInt8]: Group] = [:]
    /// By the first field of their filters and its value; those without are in `whole`.
    private var index: [SubjectField: [[UInt8]: [Group]]] = [:]
    private var whole: Group?
    private var denials: [Event] = []
    private var lostDenials = 0
    /// Those who are to be told something.
    private var touched: [Group] = []
    private var gathered = 0

    init(tenant: String, family: EventFilter.Family, cursor: Sequence) {
        self.tenant = tenant
        self.family = family
        self.cursor = cursor
    }

    var isEmpty: Bool { groups.isEmpty }

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
        interest.add(filter)
        if let (field, value) = filter.fields.first {
            index[field, default: [:]][Array(value.utf8), default: []].append(group)
        } else {
            whole = group
        }
    }

    /// Forgets the watches that have ended.
    func sweep() {
        let count = groups.count
        defer { if groups.count < count { interest.take(groups.values.map(\.filter)) } }
        for (name, group) in groups {
            group.watches.removeAll { $0.isEnded || $0.reader == nil }
            guard group.watches.isEmpty else { continue }
            groups[name] = nil
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

    /// Finds who is to be told of events, which are in order.
    func gather(_ events: [Event]) {
        for event in events {
            let message = EventMessage(event)
            for group in candidates(event) where group.filter.takes(event) {
                if group.found.isEmpty { touched.append(group) }
                group.found.append(message)
            }
        }
        gathered += events.count
        if gathered >= Self.mostGathered { tell() }
    }

    /// Tells what was found: once for many pages, since each telling of each watch is a write.
    func tell() {
        gathered = 0
        let touched = touched
        self.touched = []
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
