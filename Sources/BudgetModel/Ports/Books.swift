// The books as they are written, for whoever checks them: the journal's lines and the counters
// beside it, uninterpreted.

/// One line of a tenant's journal.
public struct JournalLine: Equatable, Sendable {
    public var moment: Moment
    /// Whose line it is: a record's key, or a window's.
    public var key: String
    public var text: String

    public init(moment: Moment, key: String, text: String) {
        self.moment = moment
        self.key = key
        self.text = text
    }
}

/// Some of a tenant's journal, the oldest first; never a part of one step.
public struct JournalPage: Equatable, Sendable {
    public var lines: [JournalLine]
    /// The journal doesn't begin with the tenant's first line any more.
    public var isTrimmed: Bool
    /// The cursor of the next page; nil at the end.
    public var next: Sequence?
    public var moment: Moment

    public init(lines: [JournalLine], isTrimmed: Bool, next: Sequence?, moment: Moment) {
        self.lines = lines
        self.isTrimmed = isTrimmed
        self.next = next
        self.moment = moment
    }
}

/// Some of what is counted beside a tenant's journal, as of one moment.
public struct CountersPage: Equatable, Sendable {
    /// A record that holds something.
    public struct Hold: Equatable, Sendable {
        public var key: String
        /// Unix time in milliseconds.
        public var deadline: Int64
        /// What the record says; nil where there is none, or none that can be read.
        public var record: String?

        public init(key: String, deadline: Int64, record: String?) {
            self.key = key
            self.deadline = deadline
            self.record = record
        }
    }

    /// A window's counters or a run's totals.
    public struct Hash: Equatable, Sendable {
        public var key: String
        /// Fields and values in turn, as they are.
        public var values: [String]

        public init(key: String, values: [String]) {
            self.key = key
            self.values = values
        }
    }

    /// A run's sorted set, or a ranking.
    public struct SortedSet: Equatable, Sendable {
        /// A member, and its score where that is a whole number.
        public typealias Member = (name: String, score: Int64?)

        public var key: String
        public var count: Int
        /// All of them, or of a large one both ends.
        public var members: [Member]

        public init(key: String, count: Int, members: [Member]) {
            self.key = key
            self.count = count
            self.members = members
        }

        public static func == (left: SortedSet, right: SortedSet) -> Bool {
            left.key == right.key && left.count == right.count
                && left.members.elementsEqual(right.members, by: ==)
        }
    }

    public var holds: [Hold]
    public var hashes: [Hash]
    public var sets: [SortedSet] = []
    /// The rankings of spenders: small ones with all their names, of others none or a page.
    public var rankings: [SortedSet] = []
    /// How far the rankings go, and under which time zone: fields and values in turn.
    public var rolled: [String] = []
    /// The keys that are there and of another type than what belongs there.
    public var wrongTypes: [String] = []
    /// What is set beside the policy, where it is on this page.
    public var steering: Hash?
    /// How long what is counted is kept.
    public var keepRunsMs: Int64
    public var keepLateCommitMs: Int64
    /// The cursor of the next page; nil at the end.
    public var next: Int?
    public var moment: Moment

    public init(
        holds: [Hold], hashes: [Hash], keepRunsMs: Int64, keepLateCommitMs: Int64, next: Int?,
        moment: Moment
    ) {
        self.holds = holds
        self.hashes = hashes
        self.keepRunsMs = keepRunsMs
        self.keepLateCommitMs = keepLateCommitMs
        self.next = next
        self.moment = moment
    }
}
