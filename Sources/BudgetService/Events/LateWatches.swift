// Watches that have not been told yet what they missed: each reads the journal for itself, a page
// at its turn and at its reader's pace, until it is as far as those who watch now.

import BudgetModel

/// Catches up, watch by watch. Confined to its loop.
final class LateWatches {
    /// How many turns in a row a reader may have no room: a minute's, where it is the only one.
    private static let mostTurnsWithoutRoom = 600

    private let port: any EventPort
    private var watches: [EventWatch] = []
    /// Whose turns are still to come in this round.
    private var turns: [EventWatch] = []
    private var isBusy = false
    /// What telling took, and reading, that is not paid for yet.
    private var debt = 0
    private var readingDebt = 0
    /// Says how far those are who watch now what a filter takes.
    var cursor: (EventFilter) -> Sequence? = { _ in nil }
    /// Told a watch that has been told what it missed.
    var onReady: (EventWatch) -> Void = { _ in }

    init(port: any EventPort) {
        self.port = port
    }

    var channels: some Swift.Sequence<EventChannel> { watches.lazy.map(\.channel) }

    func add(_ watch: EventWatch) { watches.append(watch) }

    /// Goes on; to be called every tick.
    func tick() {
        debt = max(0, debt - TellingCost.ofTick)
        readingDebt = max(0, readingDebt - TellingCost.readingOfTick)
        watches.removeAll(where: \.isOver)
        if turns.isEmpty { turns = watches }
        advance()
    }

    private func advance() {
        while !isBusy, debt < TellingCost.ofTick, readingDebt < TellingCost.readingOfTick,
            !turns.isEmpty
        {
            let watch = turns.removeFirst()
            guard !watch.isEnded, let reader = watch.reader else { continue }
            isBusy = true
            reader.room { hasRoom in
                if hasRoom {
                    watch.turnsWithoutRoom = 0
                    self.read(watch)
                } else {
                    self.wait(watch)
                }
            }
        }
    }

    private func wait(_ watch: EventWatch) {
        isBusy = false
        watch.turnsWithoutRoom += 1
        if watch.turnsWithoutRoom > Self.mostTurnsWithoutRoom {
            watch.end()
            watch.reader?.end(watch)
        }
        advance()
    }

    private func read(_ watch: EventWatch) {
        readingDebt += TellingCost.question
        let filter = watch.channel.filter
        let query = EventQuery(
            tenant: filter.subject.tenant, family: filter.family, after: watch.after,
            interest: EventInterest(filter))
        port.events(query) { result in
            self.isBusy = false
            if case .success(let page) = result { self.readingDebt += TellingCost.reading(page) }
            if case .success(let page) = result, !watch.isEnded {
                self.tell(page, watch)
                // The others may be further by what was read meanwhile; an end is an end, though.
                let isBehind =
                    page.last > query.after && (self.cursor(filter).map { page.last < $0 } ?? false)
                if page.hasMore || isBehind {
                    self.turns.append(watch)
                } else {
                    self.watches.removeAll { $0 === watch }
                    self.onReady(watch)
                }
            }
            self.advance()
        }
    }

    private func tell(_ page: EventPage, _ watch: EventWatch) {
        let filter = watch.channel.filter
        var events = page.events.filter(filter.takes)
        if let missed = page.missed {
            events.insert(.gap(filter.subject.tenant, missed), at: 0)
        }
        let messages = events.map { EventMessage($0) }
        debt += TellingCost.of(
            messages: messages.count, bytes: messages.reduce(0) { $0 + $1.length })
        watch.tell(messages[...])
        watch.after = page.last
    }
}

extension Event {
    /// What is before a moment can't be told.
    static func gap(_ tenant: String, _ moment: Moment, entries: Int64 = 0) -> Event {
        Event(tenant: tenant, moment: moment, matter: .gap(denials: 0, entries: entries))
    }
}
