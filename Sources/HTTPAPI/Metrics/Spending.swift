// Money and tokens by tenant and model. Both are names that others choose, so only so many pairs
// have a series of their own, and only so many of one tenant, that none takes the others' places:
// the rest of a tenant is summed as its `other`, and beyond the bounds as `other` of `other`.
// Users, runs and the like have none.

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
    /// Pairs with a series of their own, `other` of `other` not counted.
    static let most = 200
    /// Of one tenant, its `other` not counted.
    static let mostOfTenant = 20

    private struct Register {
        var pairs: Set<SpendKey> = []
        var ofTenant: [String: Int] = [:]
    }

    private let register = Mutex(Register())

    /// Makes an empty register.
    public init() {}

    /// The series that a pair is counted in: its own, which it may get by this, or a wider one.
    func series(of pair: SpendKey) -> SpendKey {
        register.withLock { register in
            if register.pairs.contains(pair) { return pair }
            let used = register.ofTenant[pair.tenant, default: 0]
            let rest = SpendKey(tenant: pair.tenant, model: "other")
            let key = used < Self.mostOfTenant ? pair : rest
            if register.pairs.contains(key) { return key }
            guard register.pairs.count < Self.most else { return .other }
            register.pairs.insert(key)
            register.ofTenant[pair.tenant] = used + 1
            return key
        }
    }
}
