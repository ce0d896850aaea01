// A correction sets counters back to what the ledger's entries say. The ledger is the truth: an
// entry is never changed, and a correction's own entry adds nothing to what the others add up to.
// There is one exception: where a reset said another sum than the entries before it add up to, the
// counter is right, and the correction says by how much the entries are short of it.
//
// It is told as a difference, not as a value, so that what is decided between the look and the
// correction stays in the counter.

/// What is to be set right in one hash of counters: a window's, or a run's totals. Or the record of
/// a reservation that the entries have open, and that is to be held again.
public struct Correction: Equatable, Sendable {
    /// One field.
    public struct Change: Equatable, Sendable {
        /// As COUNTERS names it.
        public var field: String
        /// What was found, as it was written; nil where the whole hash was missing.
        public var found: String?
        /// What it has to be.
        public var expected: Int64
        /// What the entries are short of it; below 0 where they add up to more.
        public var short: Int64

        public init(field: String, found: String?, expected: Int64, short: Int64 = 0) {
            self.field = field
            self.found = found
            self.expected = expected
            self.short = short
        }
    }

    /// The field that says that a sum passed its bounds. It is no sum: set to 0 it is taken away.
    public static let flag = "flagged"

    /// As COUNTERS names it.
    public var key: String
    public var changes: [Change]
    /// The entry as of which it was found.
    public var asOf: Sequence

    public init(key: String, changes: [Change], asOf: Sequence) {
        self.key = key
        self.changes = changes
        self.asOf = asOf
    }

    /// That a reservation is held again, whose record or place among the holds is gone.
    ///
    /// - Parameters:
    ///   - line: the entry by which it was made.
    ///   - deadline: until when it was held, Unix time in milliseconds.
    public init(
        reopening key: String, madeBy line: Sequence, until deadline: Int64, asOf: Sequence
    ) {
        self.init(
            key: key,
            changes: [
                .init(field: "held", found: nil, expected: line.value),
                .init(field: "deadline", found: nil, expected: deadline),
            ], asOf: asOf)
    }

    /// Whether it is of a reservation, whose fields no hash of counters has.
    public var isReopening: Bool { changes.first?.field == "held" }

    /// The changes on one line, `s:tokens 499 500 0 u:tokens 499 500 0`; `-` where the hash was
    /// missing.
    public var text: String {
        changes.map {
            "\($0.field) \($0.found.map(Escaping.component) ?? "-") \($0.expected) \($0.short)"
        }.joined(separator: " ")
    }

    /// Reads such a line; nil where it is none.
    public static func changes(_ text: String) -> [Change]? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count.isMultiple(of: 4), !words.contains(""),
            text.utf8.allSatisfy({ $0 >= 0x20 })
        else { return nil }
        var changes: [Change] = []
        for index in stride(from: 0, to: words.count, by: 4) {
            guard let found = Escaping.plain(words[index + 1]),
                let expected = number(words[index + 2]), let short = number(words[index + 3])
            else { return nil }
            changes.append(
                Change(
                    field: words[index], found: words[index + 1] == "-" ? nil : found,
                    expected: expected, short: short))
        }
        return changes
    }

    private static func number(_ text: String) -> Int64? {
        guard let number = Int64(text), "\(number)" == text,
            (-Bounds.maxSum...Bounds.maxSum).contains(number)
        else { return nil }
        return number
    }
}
