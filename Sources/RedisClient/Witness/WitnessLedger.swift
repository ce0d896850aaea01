// The witness's knowledge and its rules, as a plain value.

/// What was seen of a Redis, at one moment.
public struct WitnessLedger: Equatable, Sendable {
    /// The highest epoch seen or accepted.
    public internal(set) var epoch: UInt64 = 0
    /// Each tenant's last mark.
    public internal(set) var marks: [String: WitnessMark] = [:]

    /// Whether nothing was ever seen.
    public var isEmpty: Bool { epoch == 0 && marks.isEmpty }

    /// - Returns: whether anything changed.
    mutating func raise(_ tenant: String, to mark: WitnessMark) -> Bool {
        epoch = max(epoch, mark.epoch)
        return Self.raise(&marks[tenant], to: mark)
    }

    private static func raise(_ known: inout WitnessMark?, to mark: WitnessMark) -> Bool {
        if let known, known >= mark { return false }
        known = mark
        return true
    }

    /// Compares with what Redis has.
    /// - Parameter store: each tenant's last mark in Redis; a tenant without any is left out.
    /// - Returns: the tenants of which Redis is behind, in order; empty means that nothing is lost.
    public func losses(against store: [String: WitnessMark]) -> [WitnessLoss] {
        marks.filter { tenant, seen in store[tenant].map { $0 < seen } ?? true }
            .map { WitnessLoss(tenant: $0.key, seen: $0.value, found: store[$0.key]) }
            .sorted { $0.tenant < $1.tenant }
    }

    mutating func accept(_ store: [String: WitnessMark]) {
        epoch = max(epoch, store.values.map(\.epoch).max() ?? 0) + 1
        marks = store
    }

    mutating func adopt(_ newer: UInt64, _ store: [String: WitnessMark]) {
        epoch = max(epoch, newer)
        marks = marks.filter { $0.value.epoch >= newer }.merging(store) { max($0, $1) }
    }
}
