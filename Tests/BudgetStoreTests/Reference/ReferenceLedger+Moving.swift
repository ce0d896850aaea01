// Rolling windows, buckets and thresholds in the reference ledger: sums over what lies in the
// window at a moment, and levels that fall with time.

import BudgetModel

extension ReferenceLedger {
    /// Spends in a calendar window, a lifetime or a rolling window.
    mutating func spend(_ amount: Int64, _ account: Account, at moment: Int64) {
        let name = WindowName(account)
        guard let width = name.width else {
            windows[name]?.spend(amount, account.counter)
            return
        }
        guard amount != 0 else { return }
        windows[name]?.slots[account.counter, default: [:]][moment / width, default: 0] += amount
    }

    /// What of a rolling window's counter is inside at `now`.
    static func rolled(
        _ window: ReferenceWindow, _ counter: String, _ width: Int64, at now: Int64
    ) -> Int64 {
        (window.slots[counter] ?? [:]).reduce(0) {
            $1.key >= now / width - 60 ? $0 + $1.value : $0
        }
    }

    /// A bucket's level at `now`, in amount × period.
    func level(_ account: Account, at now: Int64) -> Int64 {
        let name = WindowName(account)
        guard let flow = name.flow, let known = windows[name]?.levels[account.counter] else {
            return 0
        }
        let flown = Int128(max(0, now - known.at)) * Int128(flow.amount)
        return Int64(max(0, Int128(known.level) - flown))
    }

    mutating func pour(_ amount: Int64, _ account: Account, at now: Int64) {
        let name = WindowName(account)
        guard let flow = name.flow else { return }
        let level = level(account, at: now)
        windows[name]?.levels[account.counter] = (max(0, level + amount * flow.period), now)
    }

    /// Milliseconds until there may be room in what moves with time.
    func relief(_ account: Account, cap: Int64, amount: Int64, at now: Int64) -> Int64 {
        let name = WindowName(account)
        if let flow = name.flow {
            let missing = level(account, at: now) + (amount - cap) * flow.period
            return max(0, (missing + flow.amount - 1) / flow.amount)
        }
        guard let width = name.width, let window = windows[name] else { return 0 }
        let slots = window.slots.values.flatMap(\.keys).filter { $0 >= now / width - 60 }
        return slots.min().map { max(0, ($0 + 61) * width - now) } ?? 0
    }

    /// The thresholds that limits have passed now, for the first time in their window.
    mutating func warnings(
        _ limits: [PlannedLimit], at now: Int64
    ) -> [StepAnswer.Warning] {
        var warnings: [StepAnswer.Warning] = []
        for (index, planned) in limits.enumerated() where !planned.limit.warnAt.isEmpty {
            let shares = planned.limit.warnAt.map { Int64(($0 * 10_000).rounded()) }
            let name = WindowName(planned.account)
            let unit = Double(cap(of: planned, at: now).cap) / 10_000
            let counter = counter(planned.account, at: now)
            var used = Double(counter.spent + counter.held)
            if let flow = name.flow {
                used = Double(level(planned.account, at: now)) / Double(flow.period)
            }
            let before = windows[name]?.warned[planned.limit.identity] ?? 0
            let passed = shares.filter { $0 > before && used >= unit * Double($0) }
            warnings += passed.map { StepAnswer.Warning(index: index, share: $0) }
            let isEbbing = name.flow != nil || name.width != nil
            let isBelow = isEbbing && used < unit * Double(shares[0])
            windows[name]?.warned[planned.limit.identity] = isBelow ? 0 : passed.last ?? before
        }
        return warnings
    }
}
