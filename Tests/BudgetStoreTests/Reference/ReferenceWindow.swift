// One scope's counters in one window, as the reference ledger keeps them.

import BudgetModel

/// A scope by its bytes.
struct ScopeName: Hashable {
    let fields: [ExactName]
    let spelling: ExactName

    init(_ scope: Scope) {
        fields = scope.fields.map { ExactName($0.name) }
        spelling = ExactName(scope.canonical)
    }
}

/// Whose counters, and in which window.
struct WindowName: Hashable {
    let scope: ScopeName
    let window: String

    init(_ account: Account) {
        scope = ScopeName(account.scope)
        window = account.window
    }

    /// Milliseconds after which an unused lifetime is over; nil for windows without such an end.
    var idle: Int64? { window.first == "L" ? Int64(window.dropFirst()) : nil }

    /// The sixtieth of a rolling window, in milliseconds; nil for others.
    var width: Int64? {
        window.first == "R" ? Int64(window.dropFirst()).map { $0 / 60 } : nil
    }

    /// How a bucket empties; nil for windows that are none.
    var flow: (amount: Int64, period: Int64)? {
        guard window.first == "B" else { return nil }
        let parts = window.dropFirst().split(separator: "/").compactMap { Int64($0) }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
}

/// What is spent and held there, by counter name.
struct ReferenceWindow {
    struct Counter: Equatable {
        var spent: Int64 = 0
        var held: Int64 = 0
    }

    var scope: Scope
    var counters: [String: Counter] = [:]
    /// The distinct tasks that a counter has seen.
    var tasks: [String: Set<ExactName>] = [:]
    /// What was spent in each sixtieth of a rolling window, by counter.
    var slots: [String: [Int64: Int64]] = [:]
    /// Buckets: amount × period, and when that was so.
    var levels: [String: (level: Int64, at: Int64)] = [:]
    /// The largest share that was warned of, by the limit's identity.
    var warned: [Int64: Int64] = [:]
    /// When it was last spent in or a hold ended, as far as that is known; lifetimes only.
    var last: Int64?
    /// The entry by which a counter was reset last.
    var resets: [String: Sequence] = [:]
    /// The entry by which this life began; nil for the first.
    var born: Sequence?

    var holdsNothing: Bool { counters.values.allSatisfy { $0.held == 0 } }

    /// Whether the next accepted operation begins a new life.
    func isOver(after idle: Int64?, at now: Int64) -> Bool {
        guard let idle, let last else { return false }
        return now - last > idle && holdsNothing
    }

    mutating func spend(_ amount: Int64, _ counter: String) {
        let spent = counters[counter, default: Counter()].spent + amount
        counters[counter, default: Counter()].spent = min(spent, Bounds.maxSum)
    }

    mutating func hold(_ amount: Int64, _ counter: String) {
        counters[counter, default: Counter()].held += amount
    }
}
