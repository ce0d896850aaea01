/// What the service asks of the store about what happened, to tell watchers.
public protocol EventPort: AnyObject {
    /// The newest entry of a tenant; of one without entries a sequence before all others, at no
    /// time.
    func newestEntry(
        tenant: String, completion: @escaping (Result<Moment, BudgetError>) -> Void)

    /// A page of what happened, the oldest first.
    func events(
        _ query: EventQuery, completion: @escaping (Result<EventPage, BudgetError>) -> Void)
}

/// Which page of a tenant's events.
public struct EventQuery {
    public var tenant: String
    public var family: EventFilter.Family
    /// The last entry that is known already.
    public var after: Sequence
    /// What somebody watches, as it is when the page has come: whoever begins to watch while it is
    /// on its way may want what is on it. The page may have more.
    public var interest: EventInterest
    /// How many events there is time for: a page of calls ends behind them.
    public var most: Int

    public init(
        tenant: String, family: EventFilter.Family, after: Sequence, interest: EventInterest,
        most: Int = .max
    ) {
        self.tenant = tenant
        self.family = family
        self.after = after
        self.interest = interest
        self.most = most
    }
}

/// Some events of a tenant.
public struct EventPage: Sendable {
    public var events: [Event]
    /// The last entry that was looked at: the `after` of the next page.
    public var last: Sequence
    /// There may be more already.
    public var hasMore: Bool
    /// When entries between `after` and the first of the page are gone: the last of them.
    public var missed: Moment?
    /// How many entries were looked at, which is what reading the page has cost.
    public var looked: Int

    public init(
        events: [Event], last: Sequence, hasMore: Bool, missed: Moment? = nil, looked: Int
    ) {
        self.events = events
        self.looked = looked
        self.last = last
        self.hasMore = hasMore
        self.missed = missed
    }
}
