/// Which entries of a tenant's journal, read backwards.
public struct EntryQuery: Equatable, Sendable {
    /// Whose calls, and which acts may matter to them.
    public var filter: EventFilter
    /// How many are enough, 1 … ``Bounds/maxPage``.
    public var count: Int
    /// The cursor of the page before, nil for the newest.
    public var before: Sequence?

    public init(filter: EventFilter, count: Int, before: Sequence?) {
        self.filter = filter
        self.count = count
        self.before = before
    }
}

/// Some entries, the newest first; never a part of one step. It may have few, or none, and not be
/// the last: so much of the journal is looked at for a page, and no more.
public struct EntryPage: Equatable, Sendable {
    /// Calls and acts.
    public var entries: [Event]
    /// When the oldest entry was made that was looked at; nil where there was none.
    public var reached: Int64?
    /// The journal doesn't begin with the tenant's first line any more.
    public var isTrimmed: Bool
    /// The cursor of the next page; nil at the journal's beginning.
    public var next: Sequence?
    public var moment: Moment

    public init(
        entries: [Event], reached: Int64?, isTrimmed: Bool, next: Sequence?, moment: Moment
    ) {
        self.entries = entries
        self.reached = reached
        self.isTrimmed = isTrimmed
        self.next = next
        self.moment = moment
    }
}
