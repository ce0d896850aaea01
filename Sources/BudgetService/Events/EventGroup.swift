// Watches of one filter, who are told the same.

import BudgetModel

/// A filter, who watches by it, and what they are still to be told. Confined to its loop.
final class EventGroup {
    /// Messages that may wait to be told: some seconds of what one watch is told.
    static let mostFound = 8192

    let filter: EventFilter
    private(set) var watches: [EventWatch] = []
    private var found: ArraySlice<EventMessage> = []
    /// Of how many messages the gap tells that is the first of what was found.
    private var leftOut: Int64 = 0
    /// Those of the messages that are told now, how long they are, and who is still to be told.
    private var told: ArraySlice<EventMessage> = []
    private var toldBytes = 0
    private var waiting: ArraySlice<EventWatch> = []

    init(_ filter: EventFilter) {
        self.filter = filter
    }

    /// A watch that begins while the others are being told may have to be told the same.
    func add(_ watch: EventWatch) {
        watches.append(watch)
        if !told.isEmpty { waiting.append(watch) }
    }

    /// Forgets the watches that have ended.
    func sweep() { watches.removeAll(where: \.isOver) }

    /// Whether somebody is still to be told something.
    var hasFound: Bool { !found.isEmpty || !told.isEmpty }

    /// How many messages wait to be told.
    var foundCount: Int { found.count }

    /// Takes what is to be told. Where too much waits for that, it is left out, behind a gap.
    func find(_ message: EventMessage) {
        if found.count >= Self.mostFound, let last = found.last {
            leftOut += Int64(found.count - (leftOut > 0 ? 1 : 0))
            found = [EventMessage(.gap(filter.subject.tenant, last.moment, entries: leftOut))]
        }
        found.append(message)
    }

    /// Tells what was found, or as much of it as is told in a tick: to one watch after the other,
    /// each the same.
    ///
    /// - Parameter most: what it may take, and a little more.
    /// - Returns: what it took.
    func tell(most: Int) -> Int {
        if told.isEmpty {
            (told, toldBytes) = TellingCost.first(of: found, watches: watches.count)
            found = found.dropFirst(told.count)
            if found.isEmpty { found = [] }
            leftOut = 0
            waiting = watches[...]
        }
        var cost = 0
        while cost < most, let watch = waiting.popFirst() {
            watch.tell(told)
            cost += TellingCost.of(messages: told.count, bytes: toldBytes)
        }
        if waiting.isEmpty { told = [] }
        return cost
    }
}
