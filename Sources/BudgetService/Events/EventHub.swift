// Events for whoever watches. The journal is read on for each tenant that somebody watches, a
// page at a time, by a tick that comes from outside; so a decision pays nothing for it, whoever
// watches. Denials, which leave no entry, are told by the daemon that decided them: they wait for
// their place among the entries, so that a reader who goes on from an id misses no entry.
//
// What must always hold:
// - a watch is told each entry once, in order, from where it began; or a gap is;
// - a reader without room holds nobody up: it is cut by itself, or waits alone while it catches up;
// - a tenant's events go to watches of that tenant.
//
// Rejected: telling from where decisions are made (another daemon's would be missing, and none
// could be told again), a blocked XREAD (each decision would wake it), one read for all tenants
// (no Cluster has that).

public import BudgetModel

/// Follows journals for the watches of one loop. Confined to the loop.
public final class EventHub {
    /// How often `tick()` is to be called, in milliseconds: how late an event may be told.
    public static let tickMs: Int64 = 100
    /// A tenant where nothing happens is looked at so seldom, in ticks, after so many.
    private static let quietTicks = 20
    private static let quietPace = 4
    /// How often watches that have ended are looked for, in ticks: they are told nothing anyway.
    private static let sweepPace = 10
    /// How long a reader may have no room while it catches up: a minute.
    private static let mostTicksWithoutRoom = 600

    private struct FeedName: Hashable {
        let tenant: [UInt8]
        let family: EventFilter.Family

        init(_ tenant: String, _ family: EventFilter.Family) {
            self.tenant = Array(tenant.utf8)
            self.family = family
        }

        init(_ filter: EventFilter) { self.init(filter.subject.tenant, filter.family) }
    }

    private let port: any EventPort
    /// The house's own names of subject fields.
    public var aliases: [String: SubjectField]
    private var feeds: [FeedName: EventFeed] = [:]
    /// Those who have not been told yet what they missed.
    private var late: [EventWatch] = []
    /// Told whether somebody watches, when that changes.
    public var onChange: (Bool) -> Void = { _ in }
    private var isWatched = false
    private var ticks = 0

    public init(port: any EventPort, aliases: [String: SubjectField]) {
        self.port = port
        self.aliases = aliases
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
            case .success(let newest):
                let since = channel.since.map { min($0, newest) } ?? newest
                let watch = EventWatch(channel, reader: reader, after: since)
                completion(.success(watch))
                if let asked = channel.since, asked > newest {
                    // History went back behind what this reader saw.
                    watch.tell([
                        EventMessage(Self.gap(tenant, Moment(sequence: newest, now: 0)))
                    ])
                }
                if since < newest {
                    self.late.append(watch)
                } else {
                    self.join(watch)
                }
                self.note()
            }
        }
    }

    private func join(_ watch: EventWatch) {
        let filter = watch.channel.filter
        let name = FeedName(filter)
        let feed =
            feeds[name]
            ?? EventFeed(
                tenant: filter.subject.tenant, family: filter.family, cursor: watch.after)
        feed.add(watch)
        feed.quietTicks = 0
        feeds[name] = feed
    }

    private func note() {
        let isWatched = !feeds.isEmpty || !late.isEmpty
        guard isWatched != self.isWatched else { return }
        self.isWatched = isWatched
        onChange(isWatched)
    }

    private static func gap(_ tenant: String, _ moment: Moment) -> Event {
        Event(tenant: tenant, moment: moment, matter: .gap(denials: 0))
    }

    /// Takes a denial of this daemon's.
    public func tell(_ denial: Event) {
        feeds[FeedName(denial.tenant, .events)]?.keep(denial)
    }

    // MARK: Reading on

    /// Reads on; to be called every ``tickMs``.
    public func tick() {
        ticks += 1
        for (name, feed) in feeds {
            if ticks.isMultiple(of: Self.sweepPace) { feed.sweep() }
            guard !feed.isEmpty else {
                feeds[name] = nil
                continue
            }
            feed.quietTicks += 1
            let isDue =
                feed.quietTicks < Self.quietTicks
                || feed.quietTicks.isMultiple(of: Self.quietPace)
            if isDue, !feed.isReading {
                feed.isReading = true
                read(feed, feed.takeDenials())
            }
        }
        late.removeAll { $0.isEnded || $0.reader == nil }
        for watch in late where !watch.isReading { catchUp(watch) }
        note()
    }

    /// - Parameter denials: decided before this is asked, so their places are before its end.
    private func read(_ feed: EventFeed, _ denials: [Event]) {
        let query = EventQuery(
            tenant: feed.tenant, family: feed.family, after: feed.cursor,
            interest: feed.interest)
        port.events(query) { result in
            guard case .success(let page) = result else {
                for denial in denials { feed.keep(denial) }
                feed.tell()
                feed.isReading = false
                return
            }
            var rest = denials[...]
            var events = page.missed.map { [Self.gap(feed.tenant, $0)] } ?? []
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
            if page.last > feed.cursor || !events.isEmpty { feed.quietTicks = 0 }
            feed.cursor = page.last
            feed.gather(events)
            if page.hasMore {
                self.read(feed, Array(rest))
            } else {
                feed.tell()
                feed.isReading = false
            }
        }
    }

    /// Tells a watch what it missed, at the reader's pace; then it joins the others.
    private func catchUp(_ watch: EventWatch) {
        guard let reader = watch.reader, !watch.isEnded else { return }
        guard reader.hasRoom else {
            watch.ticksWithoutRoom += 1
            if watch.ticksWithoutRoom > Self.mostTicksWithoutRoom {
                watch.end()
                reader.end(watch)
            }
            return
        }
        watch.ticksWithoutRoom = 0
        watch.isReading = true
        let filter = watch.channel.filter
        let query = EventQuery(
            tenant: filter.subject.tenant, family: filter.family, after: watch.after,
            interest: EventInterest(filter))
        port.events(query) { result in
            watch.isReading = false
            guard case .success(let page) = result, !watch.isEnded else { return }
            var events = page.events.filter(filter.takes)
            if let missed = page.missed {
                events.insert(Self.gap(filter.subject.tenant, missed), at: 0)
            }
            watch.tell(events.map { EventMessage($0) })
            watch.after = page.last
            // The others may be further by what was read meanwhile; an end is an end, though.
            let feed = self.feeds[FeedName(filter)]
            let isBehind = page.last > query.after && (feed.map { page.last < $0.cursor } ?? false)
            if page.hasMore || isBehind {
                self.catchUp(watch)
            } else {
                self.late.removeAll { $0 === watch }
                self.join(watch)
            }
        }
    }
}
