// The policies of one history: each is the one before with some limits changed. What a change does
// to usage is told here by what a limit consists of, not by the identity that the code reckons.

import BudgetModel

struct PolicyChanges {
    private(set) var limits = HistoryPolicy.limits
    /// All limits that were ever in force.
    private var seen = HistoryPolicy.limits
    private var made = 0

    /// Whether what was used under one is used under the other: cap, name, warnings and mode are no
    /// part of that.
    static func isSame(_ one: Limit, _ other: Limit) -> Bool {
        one.per == other.per && one.window == other.window && one.measure == other.measure
            && one.match == other.match
    }

    /// Whether nothing can have been used under it yet.
    func isNew(_ limit: Limit) -> Bool { !seen.contains { Self.isSame($0, limit) } }

    /// The next policy.
    mutating func change(_ random: inout SeededGenerator) {
        for limit in limits where isNew(limit) { seen.append(limit) }
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: limits.indices, using: &random)
            var limit = changed(limits[place], &random)
            if random.oneIn(3) { limit = another(limit, &random) }
            let isTaken = limits.indices.contains {
                $0 != place && Self.isSame(limits[$0], limit)
            }
            if !isTaken { limits[place] = limit }
        }
        if random.oneIn(4), limits.count > 20 {
            limits.remove(at: Int.random(in: limits.indices, using: &random))
        }
        if random.oneIn(3) {
            // One from before: what was used under it is still there.
            let old = random.pick(seen)
            if !limits.contains(where: { Self.isSame($0, old) || $0.name == old.name }) {
                limits.append(old)
            }
        }
    }

    /// Another cap, name, mode or warnings: the same counter.
    private mutating func changed(
        _ limit: Limit, _ random: inout SeededGenerator
    ) -> Limit {
        made += 1
        let cap = random.pick([limit.cap, limit.cap / 2, limit.cap + 1, limit.cap * 2])
        return Limit(
            name: random.oneIn(3) ? "limit-\(made)" : limit.name, per: limit.per,
            window: limit.window, measure: limit.measure, cap: min(cap, 500_000),
            warnAt: random.oneIn(4) ? [0.3, 0.9] : limit.warnAt, match: limit.match,
            mode: random.oneIn(3) ? random.pick([.enforce, .shadow]) : limit.mode)
    }

    /// Another window, measure or match of the same kind: a counter of its own.
    private func another(_ limit: Limit, _ random: inout SeededGenerator) -> Limit {
        var (window, measure, match) = (limit.window, limit.measure, limit.match)
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            if case .calendar = window { window = .calendar(random.pick(CalendarUnit.allCases)) }
        case 1: if Measure.sums.contains(measure) { measure = random.pick(Measure.sums) }
        default:
            match = random.pick([HistoryPolicy.premium, HistoryPolicy.opus, HistoryPolicy.writer])
        }
        return Limit(
            name: limit.name, per: limit.per, window: window, measure: measure, cap: limit.cap,
            warnAt: limit.warnAt, match: match, mode: limit.mode)
    }
}
