// Money and tokens by tenant and model. Both are names that others choose, so only so many pairs
// have a series of their own; the rest is summed as `other`. Users, runs and the like have none.

import Synchronization

/// Whose money, for which model.
struct SpendKey: Hashable, Sendable {
    let tenant: String
    let model: String

    static let other = SpendKey(tenant: "other", model: "other")
}

/// What was spent.
struct Spend: Equatable, Sendable {
    /// In 1e-9 US dollars.
    var cost: Int64 = 0
    var tokens: Int64 = 0
}

/// What was spent on one loop, by pairs; the place of a pair is found once and then known.
struct SpendTable: Sendable {
    private(set) var pairs: [SpendKey] = []
    private(set) var sums: [Spend] = []
    private var places: [SpendKey: Int] = [:]

    /// The place of a pair, if it has one.
    func place(_ pair: SpendKey) -> Int? { places[pair] }

    /// The place of a pair that may be new.
    mutating func make(_ pair: SpendKey) -> Int {
        if let place = places[pair] { return place }
        places[pair] = pairs.count
        pairs.append(pair)
        sums.append(Spend())
        return pairs.count - 1
    }

    mutating func add(_ spend: Spend, at place: Int) {
        sums[place].cost &+= spend.cost
        sums[place].tokens &+= spend.tokens
    }

    mutating func add(_ other: SpendTable) {
        for (pair, sum) in zip(other.pairs, other.sums) { add(sum, at: make(pair)) }
    }
}

/// Which pairs have a series, for all loops alike: asked only for pairs that a loop has not met.
public final class SpendSeries: Sendable {
    /// Pairs with a series of their own.
    static let most = 200

    private let pairs = Mutex<Set<SpendKey>>([])

    /// Makes an empty register.
    public init() {}

    /// Whether the pair has a series, one that it may have got by this.
    func admits(_ pair: SpendKey) -> Bool {
        pairs.withLock { pairs in
            guard pairs.count < Self.most || pairs.contains(pair) else { return false }
            pairs.insert(pair)
            return true
        }
    }
}
