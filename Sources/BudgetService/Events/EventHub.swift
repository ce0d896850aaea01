// Events for whoever watches. The journal is read on for each tenant that somebody watches, a
// page at a time, by a tick that comes from outside; so a decision pays nothing for it, whoever
// watches. Denials, which leave no entry, are told by the daemon that decided them: they wait for
// their place among the entries, so that a reader who goes on from an id misses no entry.
//
// What must always hold:
// - a watch is told each entry once, in order, from where it began; or a gap is;
// - a reader without room holds nobody up: it is cut by itself, or waits alone while it catches up;
// - reading and telling take a bounded share of the time of those who decide, whoever watches:
//   past that an event comes later, and one that is much later is left out, behind a gap;
// - a tenant's events go to watches of that tenant.
//
// Rejected: telling from where decisions are made (another daemon's would be missing, and none
// could be told again), a blocked XREAD (each decision would wake it), one read for all tenants
// (no Cluster has that), a reader on each loop that decides (each reads the same journal).

public import BudgetModel

/// Follows journals for the watches of a daemon. Confined to one loop.
public final class EventHub {
    /// Who watches.
    public struct Audience: Equatable, Sendable {
        /// Whether there is anybody, so that ticks are wanted.
        public var isThere = false
        /// Whether denials are.
        public var wantsDenials = false
    }

    /// How often `tick()` is to be called, in milliseconds: how late an event may be told.
    public static let tickMs: Int64 = 100
    /// How long those who watch now may be behind, in ticks, and by how many entries: then they go
    /// on with the newest one, behind a gap. Ten seconds: later than that is not now.
    private static let mostTicksBehind = 100
    private static let mostBehind: Int64 = 1000
    /// A tenant where nothing happens is looked at so seldom, in ticks, after so many.
    private static let quietTicks = 20
    private static let quietPace = 4
    /// How often watches that have ended are looked for, in ticks: they are told nothing anyway.
    private static let sweepPace = 10

    private let port: any EventPort
    private var feeds: [EventFeed.Name: EventFeed] = [:]
    private let late: LateWatches
    /// Told who watches, when that changes.
    public var onChange: (Audience) -> Void = { _ in }
    private var audience = Audience()
    private var ticks = 0
    /// What reading took that is not paid for yet, whoever was read for.
    private var readingDebt = 0
    private var mayRead: Bool { readingDebt < TellingCost.readingOfTick }
    /// How many of those feeds are read now that are not a whole tenant's.
    private var readForSomebody = 0

    public init(port: any EventPort) {
        self.port = port
        late = LateWatches(port: port)
        late.cursor = { [unowned self] in feeds[EventFeed.Name($0)]?.cursor }
        late.onReady = { [unowned self] in join($0) }
    }

    /// Begins a watch.
    ///
    /// - Parameter completion: told the watch as soon as it counts: from then on, or from `since`
    ///   on, everything is told.
    public func watch(
        _ channel: EventChannel, reader: any EventReader,
        completion: @escaping (Result<EventWatch, BudgetError>) -> Void
    ) {
        let tenant = channel.filter.subject.tenant
        port.newestEntry(tenant: tenant) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let moment):
                let newest = moment.sequence
                let since = channel.since.map { min($0, newest) } ?? newest
                let watch = EventWatch(channel, reader: reader, after: since)
                if since < newest {
                    self.late.add(watch)
                } else {
                    self.join(watch)
                }
                self.note()
                completion(.success(watch))
                if let asked = channel.since, asked > newest {
                    // History went back behind what this reader saw.
                    watch.tell([EventMessage(.gap(tenant, moment))])
                }
            }
        }
    }

    private func join(_ watch: EventWatch) {
        let filter = watch.channel.filter
        let name = EventFeed.Name(filter)
        let feed = feeds[name] ?? EventFeed(filter, cursor: watch.after)
        feed.add(watch)
        feed.quietTicks = 0
        feeds[name] = feed
    }

    private func note() {
        var audience = Audience()
        for family in feeds.values.map(\.family) + late.channels.map(\.filter.family) {
            audience.isThere = true
            if family == .events { audience.wantsDenials = true }
        }
        guard audience != self.audience else { return }
        self.audience = audience
        onChange(audience)
    }

    /// Takes denials of this daemon's.
    public func tell(_ denials: [Event]) {
        for denial in denials {
            for isWhole in [true, false] {
                feeds[EventFeed.Name(denial.tenant, .events, isWhole: isWhole)]?.keep(denial)
            }
        }
    }

    // MARK: Reading on

    /// Reads on; to be called every ``tickMs``.
    public func tick() {
        ticks += 1
        // Who watches a whole tenant is told most, and needs it least.
        let shares = [true, false].map { isWhole in
            TellingCost.ofTick / (isWhole ? 2 : 1)
                / max(1, feeds.values.count { $0.isWhole == isWhole && $0.debt > 0 })
        }
        for (name, feed) in feeds {
            if ticks.isMultiple(of: Self.sweepPace) { feed.sweep() }
            guard !feed.isEmpty else {
                feeds[name] = nil
                continue
            }
            feed.debt = max(0, feed.debt - shares[feed.isWhole ? 0 : 1])
            feed.quietTicks += 1
            feed.ticksBehind += 1
        }
        readingDebt = max(0, readingDebt - TellingCost.readingOfTick)
        // Who has waited longest comes first; of those who have waited alike, those who watch
        // somebody.
        for feed in feeds.values.sorted(by: { ($0.lastTurn, $0.rank) < ($1.lastTurn, $1.rank) }) {
            advance(feed)
        }
        late.tick()
        note()
    }

    /// Tells what is left of what was found, and reads on, if it is time for that.
    private func advance(_ feed: EventFeed) {
        guard !feed.isReading else { return }
        feed.tell()
        let isDue =
            feed.quietTicks < Self.quietTicks || ticks >= feed.lastTurn + Self.quietPace
        guard isDue, mayRead, feed.mayRead else { return }
        feed.isReading = true
        if !feed.isWhole { readForSomebody += 1 }
        feed.lastTurn = ticks
        if feed.isBehind, feed.ticksBehind > Self.mostTicksBehind {
            leaveOut(feed)
        } else {
            read(feed, feed.takeDenials())
        }
    }

    /// Goes on with the newest entry, unless there are few before it; how many is told.
    private func leaveOut(_ feed: EventFeed) {
        port.newestEntry(tenant: feed.tenant) { result in
            // One of another epoch is not counted, but never behind for long.
            if case .success(let newest) = result, newest.sequence.epoch == feed.cursor.epoch,
                newest.sequence.number - feed.cursor.number > Self.mostBehind
            {
                let entries = newest.sequence.number - feed.cursor.number
                feed.gather([.gap(feed.tenant, newest, entries: entries)])
                feed.cursor = newest.sequence
                feed.ticksBehind = 0
            }
            self.read(feed, feed.takeDenials())
        }
    }

    /// - Parameter denials: decided before this is asked, so their places are before its end.
    private func read(_ feed: EventFeed, _ denials: [Event]) {
        let query = EventQuery(
            tenant: feed.tenant, family: feed.family, after: feed.cursor,
            interest: feed.interest, most: feed.room)
        readingDebt += TellingCost.question
        port.events(query) { result in
            guard case .success(let page) = result else {
                feed.ticksBehind = 0
                return self.end(feed, denials)
            }
            self.readingDebt += TellingCost.reading(page)
            if !page.hasMore { feed.ticksBehind = 0 }
            let rest = feed.take(page, denials)
            if page.hasMore, self.mayRead, feed.room > 0, !self.mustWait(feed) {
                self.read(feed, rest)
            } else {
                feed.isBehind = page.hasMore
                self.end(feed, rest)
            }
        }
    }

    /// Tells what was found; what denials are left wait for what is read next.
    private func end(_ feed: EventFeed, _ denials: [Event]) {
        feed.putBack(denials)
        feed.tell()
        feed.isReading = false
        guard !feed.isWhole else { return }
        readForSomebody -= 1
        guard readForSomebody == 0 else { return }
        for feed in feeds.values where feed.isWhole && feed.isBehind { advance(feed) }
    }

    /// Who watches somebody doesn't wait for those who watch everybody.
    private func mustWait(_ feed: EventFeed) -> Bool { feed.isWhole && readForSomebody > 0 }
}
