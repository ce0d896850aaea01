// What would set one hash right. A value is a difference between what was found and what the
// entries add up to, so it holds also when more is decided meanwhile; where the entries can't tell
// exactly, there is none, and what is wrong stays to be told.

import BudgetModel

/// The changes of one hash, until it is known whether the journal tells all holds.
struct Repair {
    /// What is used and spent of one counter.
    struct Counter {
        let name: String
        let spentText: String?
        let usedText: String?
        /// Without what has left a rolling window; nil where they are no numbers.
        let spentFound: Int64?
        let usedFound: Int64?
        /// What has left a rolling window and is in both.
        let gone: Int64
        /// What it has to be; nil where the entries can't tell.
        let spent: Int64?
        /// What the entries are short of that.
        let short: Int64
        /// What the reservations hold, as far as the journal tells.
        let held: Int64
    }

    let key: String
    /// The hash is not there.
    let isMissing: Bool
    let asOf: Sequence
    private(set) var changes: [Correction.Change] = []
    var counters: [Counter] = []

    init(key: String, isMissing: Bool = false, asOf: Sequence) {
        self.key = key
        self.isMissing = isMissing
        self.asOf = asOf
    }

    /// Adds a field that was found so, if it has to be otherwise, or the entries are short of it.
    mutating func change(
        _ field: String, _ found: String?, to expected: Int64, short: Int64 = 0
    ) {
        let found = isMissing ? nil : found ?? "0"
        // An empty text has no spelling between blanks, and a dash means none.
        guard found != "", found != "-", short != 0 || (found ?? "0") != "\(expected)" else {
            return
        }
        changes.append(.init(field: field, found: found, expected: expected, short: short))
    }

    /// Takes a flag away that was found so.
    mutating func unflag(_ found: String) {
        guard found != "", found != "-" else { return }
        changes.append(.init(field: Correction.flag, found: found, expected: 0))
    }

    /// - Parameter knowsHolds: whether the journal tells all of them; else what seems to be held
    ///   stays so.
    func correction(knowsHolds: Bool) -> Correction? {
        var made = self
        for counter in counters { made.change(counter, knowsHolds) }
        return made.changes.isEmpty
            ? nil : Correction(key: key, changes: made.changes, asOf: asOf)
    }

    private mutating func change(_ counter: Counter, _ knowsHolds: Bool) {
        var held: Int64? = counter.held
        if !knowsHolds {
            held = counter.usedFound.flatMap { used in counter.spentFound.map { used - $0 } }
        }
        guard let held, let spent = counter.spent ?? counter.spentFound else { return }
        if counter.spent != nil {
            change(
                "s:" + counter.name, counter.spentText, to: spent + counter.gone,
                short: counter.short)
        }
        change("u:" + counter.name, counter.usedText, to: spent + held + counter.gone)
    }
}
