// A bit that flips in Redis's memory: one number of a window or a run, changed by nobody.

import BudgetModel
import TestSupport

@testable import BudgetStore

struct BooksSpoiler {
    /// What was changed.
    struct Spoilt {
        let key: String
        let field: String
        let by: Int64
    }

    private let books: RedisBooks

    init(_ redis: TestRedis, _ tenant: String) throws {
        books = try RedisBooks(redis, tenant: tenant)
    }

    /// Changes something; nil where there is nothing that could be told.
    func spoil(_ random: inout SeededGenerator) throws -> Spoilt? {
        let keys = try (books.keys("w:") + books.keys("run:")).filter { key in
            !key.contains(":B") && !key.hasSuffix(":tasks") && !key.hasSuffix(":entries")
        }
        guard !keys.isEmpty else { return nil }
        let key = random.pick(keys.sorted { ExactName($0) < ExactName($1) })
        let hash = try books.hash(key)
        let names = hash.keys.sorted().filter { name in
            let kind = name.text.split(separator: ":").first ?? ""
            return ["u", "s", "tokens", "calls", "retries"].contains(kind)
                && hash[name].flatMap { Int64($0) } != nil
        }
        guard hash[ExactName("flagged")] == nil, !names.isEmpty else { return nil }
        let name = random.pick(names)
        let amount: Int64 = random.pick([1, 17, 40_000, -1, -3])
        _ = try books.ask("HINCRBY", key, name.text, "\(amount)")
        return Spoilt(key: key, field: name.text, by: amount)
    }
}
