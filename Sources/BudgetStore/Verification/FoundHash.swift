// A hash as it is in Redis: a window's counters or a run's totals.

import BudgetModel

/// A hash's fields.
struct FoundHash {
    let key: String
    private let fields: [ExactText: String]

    init(_ hash: CountersPage.Hash) {
        key = hash.key
        var fields: [ExactText: String] = [:]
        for index in stride(from: 0, to: hash.values.count - 1, by: 2) {
            fields[ExactText(hash.values[index])] = hash.values[index + 1]
        }
        self.fields = fields
    }

    subscript(field: String) -> String? { fields[ExactText(field)] }

    /// The fields of a window that hold what is spent.
    var spentFields: Set<ExactText> { Set(fields.keys.filter { begins($0, "s:") }) }

    /// The counters of a window that hold what is used.
    var usedCounters: Set<String> {
        Set(fields.keys.filter { begins($0, "u:") }.map { String($0.text.dropFirst(2)) })
    }

    /// The fields of a run that are sums.
    var totals: Set<ExactText> {
        Set(
            fields.keys.filter { name in
                ["s:", "tokens:", "calls:", "retries:"].contains { begins(name, $0) }
            })
    }

    /// The fields of a window that hold what is used above the largest sum.
    var beyondFields: [ExactText] {
        fields.keys.filter { begins($0, "x:") }.sorted { $0.text < $1.text }
    }

    /// A field's number, 0 where there is none, without what has left a rolling window and is in
    /// the total until the next write; nil where it is no whole number.
    func sum(_ field: ExactText, _ kind: ReplayedHash.Kind, at now: Int64) -> Int64? {
        guard let total = Int64(fields[field] ?? "0"), let gone = gone(field, kind, at: now) else {
            return nil
        }
        return total - gone
    }

    /// What has left a rolling window and is in a counter's totals still.
    func gone(_ field: ExactText, _ kind: ReplayedHash.Kind, at now: Int64) -> Int64? {
        guard case .rolling(let width) = kind else { return 0 }
        let oldest = ReplayedHash.slot(now, width) - 60
        return slots(field)?.reduce(0) { $0 + ($1.key < oldest ? $1.value : 0) }
    }

    /// What was spent in each sixtieth of a rolling window; nil where one is no whole number.
    func slots(_ field: ExactText) -> [Int64: Int64]? {
        let start = Self.slot(field, "")
        var slots: [Int64: Int64] = [:]
        for (name, text) in fields where begins(name, start) {
            guard let slot = Int64(name.text.dropFirst(start.count)), let amount = Int64(text)
            else { return nil }
            slots[slot] = amount
        }
        return slots
    }

    /// The name of a counter's sixtieth.
    static func slot(_ field: ExactText, _ slot: String) -> String {
        "r:" + field.text.dropFirst(2) + ":" + slot
    }

    /// By bytes: a name may begin with what to Swift is a part of the character before it.
    private func begins(_ name: ExactText, _ start: String) -> Bool {
        name.text.utf8.starts(with: start.utf8)
    }
}
