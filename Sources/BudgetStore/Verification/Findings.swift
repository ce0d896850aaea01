// What verifying the books found.

public import BudgetModel

/// Everything that was found, and how much was looked at.
public struct Findings: Equatable, Sendable {
    /// One thing that is not as the journal says.
    public struct Difference: Equatable, Sendable {
        /// The Redis key that it is in; the journal's where that is at fault itself.
        public var key: String
        /// The field of a hash; empty for a whole key.
        public var field: String
        /// What is in Redis, as of when; nil where nothing readable is.
        public var found: Int64?
        /// What the journal adds up to: exactly, or at least where it is trimmed.
        public var expected: Int64?
        /// One sentence.
        public var message: String
    }

    /// In the order in which they were found.
    public internal(set) var differences: [Difference] = []
    /// What would set right whatever can be, each for one hash.
    public internal(set) var corrections: [Correction] = []
    /// What could not be told, and why.
    public internal(set) var notes: [String] = []
    public internal(set) var lines = 0
    public internal(set) var counters = 0
    public internal(set) var holds = 0
    /// Names in rankings.
    public internal(set) var ranked = 0
    /// Rankings that the journal can't tell all of.
    public internal(set) var uncomparedRankings = 0
    /// The entry from which on it can tell, where the journal was trimmed.
    public internal(set) var since: Moment?
    /// The newest entry that was looked at.
    public internal(set) var until: Moment?

    /// There was nothing to look at: no entry, and nothing that is counted, held or set.
    public internal(set) var isOfNothing = false
}
