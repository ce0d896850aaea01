// A Redis that passed its check and becomes unfit while it is used: CONFIG SET needs no new
// connection, so the look at a used one has to find it.

import BudgetModel
import Foundation
import RedisClient
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct StoreCheckTests {
    @Test(arguments: [
        ("maxmemory-policy", "allkeys-lru", "noeviction"), ("appendfsync", "no", "always"),
    ])
    func aRedisThatBecomesUnfitIsLeft(_ name: String, _ bad: String, _ good: String) throws {
        let redis = try TestRedis(["appendonly": "yes", "appendfsync": "always"])
        let harness = try StoreHarness(redis.socketPath)
        #expect(try harness.comes { $0 == .ready })
        let path = redis.directory + "/witness"
        let look: @Sendable (RedisStore) throws -> Void = { store in
            let judge = LossJudge(witness: try Witness.load(path: path))
            let check = StoreCheck(store: store, judge: judge)
            store.link.onConnect = { check.check($0, $1) }
            check.checkAgain()
        }
        try harness.onStore(0, look)
        try redis.command("CONFIG", "SET", name, bad)
        try harness.onStore(0, look)
        #expect(
            try harness.comes { status in
                guard case .refused(let reason) = status else { return false }
                return reason.contains("expected CONFIG SET \(name) \(good)")
            })
        try redis.command("CONFIG", "SET", name, good)
        #expect(try harness.comes { $0 == .ready })
    }
}
