// One tenant's events for those who watch it now: where the journal was read to, whose events are
// wanted, and the denials that wait for their place among the entries.

import BudgetModel

/// Finds the watches of an event. Confined to its loop.
final class EventFeed {
    /// Those who watch a whole tenant are told apart from those who watch somebody in it: where the
    /// former are told more than there is time for, the latter still get theirs at once.
    struct Name: Hashable {
        let tenant: [UInt8]
        let family: EventFilter.Family
        let isWhole: Bool

        init(_ tenant: String, _ family: EventFilter.Family, isWhole: Bool) {
            self.tenant = Array(tenant.utf8)
            self.family = family
            self.isWhole = isWhole
        }

        init(_ filter: EventFilter) {
            self.init(filter.subject.tenant, filter.family, isWhole: filter.fields.isEmpty)
        }
    }

    /// Denials that may wait: what a tenth of a second brings at the most.
    private static let mostDenials = 4096

    /// Messages that may wait to be told: of a whole tenant's no more than all its watches can be
    /// told in a second, else as many as some of the others may leave waiting without holding up
    /// the rest.
    private var mostWaiting: Int {
        guard let whole else { return 4 * EventGroup.mostFound }
        return min(512, TellingCost.messages(watches: whole.watches.count))
    }

    let tenant: String
    let family: EventFilter.Family
    let isWhole: Bool
    /// Whose turn comes first, where nobody has waited longer.
    var rank: Int { isWhole ? 1 : 0 }
    /// The last entry that was read.
    var cursor: Sequence
    var isReading = false
    /// Whether there was more to read when reading ended.
    var isBehind = false
    /// Ticks since reading reached the end, or failed.
    var ticksBehind = 0
    /// What telling took that is not paid for yet.
    var debt = 0
    /// The tick in which it was its turn to read.
    var lastTurn = 0
    /// Ticks since something was found last.
    var quietTicks = 0
    /// Whose calls are watched.
    let interest = EventInterest()
    private var groups: [[UInt8]: EventGroup] = [:]
    /// By the first field of their filters and its value; those without are in `whole`.
    private var index: [SubjectField: [[UInt8]: [EventGroup]]] = [:]
    private var whole: EventGroup?
    private var denials: [Event] = []
    private var lostDenials = 0
    /// Those who are to be told something, in the order of their turns.
    private var touched: [EventGroup] = []

    init(_ filter: EventFilter, cursor: Sequence) {
        tenant = filter.subject.tenant
        family = filter.family
        isWhole = filter.fields.isEmpty
        self.cursor = cursor
    }

    var isEmpty: Bool { groups.isEmpty }

    /// Whether there is time to tell more.
    private var isSolvent: Bool { debt < TellingCost.ofTick }

    /// Whether it may begin to read. Whoever watches a whole tenant is told what was read before;
    /// of the others, those who have to wait for what they are told hold up nobody else.
    var mayRead: Bool { room > 0 && (!isWhole || isSolvent && touched.isEmpty) }

    func add(_ watch: EventWatch) {
        let filter = watch.channel.filter
        let name = Array(
            (Scope(of: filter.subject, per: filter.fields.map(\.field))?.canonical ?? "").utf8)
        if let known = groups[name] { return known.add(watch) }
        let group = EventGroup(filter)
        group.add(watch)
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
            group.sweep()
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

    /// Keeps those that were taken too early.
    func putBack(_ denials: [Event]) { self.denials = denials + self.denials }

    /// Takes the denials that wait, in order.
    func takeDenials() -> [Event] {
        defer { denials = [] }
        // Each loop has its own.
        denials.sort { $0.moment.sequence < $1.moment.sequence }
        if lostDenials > 0, let last = denials.last {
            denials.append(
                Event(
                    tenant: tenant, moment: last.moment,
                    matter: .gap(denials: lostDenials, entries: 0)))
            lostDenials = 0
        }
        return denials
    }

    // MARK: Telling

    /// Takes a page of entries, and the denials whose places are among them.
    ///
    /// - Returns: those whose places are behind it.
    func take(_ page: EventPage, _ denials: [Event]) -> [Event] {
        var rest = denials[...]
        var events = page.missed.map { [Event.gap(tenant, $0)] } ?? []
        for event in page.events {
            while let denial = rest.first, denial.moment.sequence < event.moment.sequence {
                events.append(rest.removeFirst())
            }
            events.append(event)
        }
        if !page.hasMore {
            events += rest
            rest = []
        }
        if page.last > cursor || !events.isEmpty { quietTicks = 0 }
        cursor = page.last
        gather(events)
        return Array(rest)
    }

    /// Finds who is to be told of events, which are in order.
    func gather(_ events: [Event]) {
        for event in events {
            var message: EventMessage?
            for group in candidates(event) where group.filter.takes(event) {
                if !group.hasFound { touched.append(group) }
                let written = message ?? EventMessage(event)
                message = written
                group.find(written)
            }
        }
    }

    /// How many more messages may wait.
    var room: Int { max(0, mostWaiting - touched.reduce(0) { $0 + $1.foundCount }) }

    /// Tells what was found, or as much of it as there is time for; who had a turn and is still to
    /// be told something has the next one behind the others.
    func tell() {
        guard isSolvent else { return }
        var cost = 0
        var again: [EventGroup] = []
        var turns = touched[...]
        while cost < TellingCost.atOnce, let group = turns.popFirst() {
            cost += group.tell(most: TellingCost.atOnce - cost)
            if group.hasFound { again.append(group) }
        }
        touched = turns + again
        debt += cost
    }

    private func candidates(_ event: Event) -> [EventGroup] {
        guard let subject = event.subject else { return Array(groups.values) }
        var found = whole.map { [$0] } ?? []
        for (field, values) in index {
            guard let value = subject[field] else { continue }
            found += values[Array(value.utf8)] ?? []
        }
        return found
    }
}
