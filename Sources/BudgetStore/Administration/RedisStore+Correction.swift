// What a correction is about, by the key that COUNTERS told.

public import BudgetModel

extension RedisStore {
    /// Buckets have none, since their levels are no sums. Of a reservation it is the tenant: whose
    /// it is besides, its entries tell; and so it is of a ranking.
    public func scope(ofCounters key: String, tenant: String) -> Scope? {
        let prefix = Keys.prefix(tenant)
        if Keys.isRecord(key, prefix) || Keys.ranking(key, prefix) != nil {
            return Scope(of: Subject(tenant: tenant), per: [.tenant])
        }
        guard let owner = Keys.owner(key, prefix),
            owner.window?.utf8.first != UInt8(ascii: "B")
        else { return nil }
        return Scope(canonical: owner.scope)
    }

    /// How long a hash or a ranking that was missing is kept, in milliseconds; nil for ever.
    static func keep(
        _ key: String, _ act: Act, _ settings: BatchEncoder.Settings
    ) -> Int64? {
        let prefix = Keys.prefix(act.id.tenant)
        if let ranking = Keys.ranking(key, prefix) {
            return Rollup.length(ranking.window) + Rollup.life(ranking.field, ranking.window)
        }
        guard let window = Keys.owner(key, prefix)?.window else {
            return settings.keep.runsMs
        }
        let length = Int64(window.dropFirst()) ?? 0
        let late = settings.keep.lateCommitMs + BatchEncoder.slack
        switch window.utf8.first {
        case UInt8(ascii: "R"): return 2 * length + late
        case UInt8(ascii: "L"):
            guard length == 0 else { return length + late }
            let isTransient = act.scope.fields.contains(where: BatchEncoder.isTransient)
            return isTransient ? settings.keep.runsMs : nil
        // It ends within a month.
        default: return 31 * Retention.day + late
        }
    }
}
