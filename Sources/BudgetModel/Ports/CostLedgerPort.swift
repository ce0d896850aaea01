/// What the service asks of the ledger. Entries are made by the steps themselves, in the same
/// atomic step as the counters; this reads them.
public protocol CostLedgerPort: AnyObject {
    /// A run's totals, its tasks and a page of its entries.
    func run(_ query: RunQuery, completion: @escaping (Result<RunLedger, BudgetError>) -> Void)

    /// A page of a tenant's journal, the oldest first.
    ///
    /// - Parameters:
    ///   - count: how many lines are enough; a step is never cut.
    ///   - after: the cursor of the page before, nil for the oldest.
    func journal(
        tenant: String, count: Int, after: Sequence?,
        completion: @escaping (Result<JournalPage, BudgetError>) -> Void)

    /// A page of what is counted beside the journal.
    ///
    /// - Parameters:
    ///   - count: about how many keys are looked at.
    ///   - cursor: of the page before, 0 for the first.
    func counters(
        tenant: String, count: Int, cursor: Int,
        completion: @escaping (Result<CountersPage, BudgetError>) -> Void)

    /// A page of one ranking as it is written, and of how far the rankings go.
    ///
    /// - Parameters:
    ///   - key: of the ranking.
    ///   - cursor: of the page before, 0 for the first.
    func ranking(
        tenant: String, key: String, count: Int, cursor: Int,
        completion: @escaping (Result<CountersPage, BudgetError>) -> Void)

    /// The largest spenders, of every entry that was made before this was asked, and maybe of
    /// newer ones.
    func top(_ query: TopQuery, completion: @escaping (Result<TopSpenders, BudgetError>) -> Void)

    /// What names spent in the windows of now and before, as complete as ``top(_:completion:)``.
    func history(
        _ query: HistoryQuery, completion: @escaping (Result<SpendHistory, BudgetError>) -> Void)

    /// A page of a subject's entries, the newest first.
    func entries(
        _ query: EntryQuery, completion: @escaping (Result<EntryPage, BudgetError>) -> Void)
}

/// Which part of a run's ledger.
public struct RunQuery: Equatable, Sendable {
    /// What the pages are made of.
    public enum Listing: String, Sendable {
        /// The costliest tasks at the head of each page of entries.
        case both
        /// Tasks by cost.
        case tasks
        /// Entries by time.
        case entries
        /// Entries by time, the newest first.
        case newest
    }

    public var tenant: String
    public var run: String
    public var listing: Listing
    /// How many tasks and how many entries at most, 1 … ``Bounds/maxPage``.
    public var count: Int
    /// The `next` of the page before, 0 for the first: how many to pass over, or where the newest
    /// come first, how many are left, so that what is entered meanwhile shifts nothing.
    public var cursor: Int

    public init(tenant: String, run: String, listing: Listing, count: Int, cursor: Int) {
        self.tenant = tenant
        self.run = run
        self.listing = listing
        self.count = count
        self.cursor = cursor
    }
}

/// A run's ledger.
public struct RunLedger: Equatable, Sendable {
    /// Sums over the run or one of its tasks.
    public struct Totals: Equatable, Sendable {
        /// In 1e-9 US dollars.
        public var cost: Int64 = 0
        public var tokens: Int64 = 0
        public var calls: Int64 = 0
        public var retries: Int64 = 0

        public init() {}
    }

    /// A task of the run; "" stands for calls that named none.
    public struct Task: Equatable, Sendable {
        public var name: String
        public var totals: Totals

        public init(name: String, totals: Totals) {
            self.name = name
            self.totals = totals
        }
    }

    /// One entry of the ledger.
    public struct Entry: Equatable, Sendable {
        public var id: ReservationID
        /// `commit`, `late_commit`, `charge` or `record`.
        public var kind: String
        public var moment: Moment
        public var call: PricedCall
        /// It came to more than was reserved.
        public var isOverEstimate: Bool

        public init(
            id: ReservationID, kind: String, moment: Moment, call: PricedCall,
            isOverEstimate: Bool = false
        ) {
            self.id = id
            self.kind = kind
            self.moment = moment
            self.call = call
            self.isOverEstimate = isOverEstimate
        }
    }

    public var totals = Totals()
    /// The costliest first.
    public var tasks: [Task] = []
    /// The oldest first.
    public var entries: [Entry] = []
    /// Cursor of the next page, or nil at the end.
    public var next: Int?
    public var moment: Moment

    public init(moment: Moment) {
        self.moment = moment
    }
}
