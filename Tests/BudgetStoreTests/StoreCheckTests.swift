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

    /// As managed ones are. What cursors are sealed by is kept there, and so all daemons have it.
    @Test func aRedisThatDoesNotTellItsRunKeepsASecret() throws {
        let redis = try TestRedis(["appendonly": "yes", "appendfsync": "always"])
        let proxy = try FaultProxy(to: redis.socketPath)
        defer { proxy.stop() }
        proxy.fault = .disguise("run_id:")
        let harness = try StoreHarness(proxy.path, stores: 3)
        let path = redis.directory + "/witness"
        let look: @Sendable (RedisStore) throws -> Void = { store in
            let check = StoreCheck(
                store: store, judge: LossJudge(witness: try Witness.load(path: path)))
            store.link.onConnect = { check.check($0, $1) }
            store.link.reconnect(because: "a look")
        }
        let first = try harness.onStore(0) { $0.seal }
        try harness.onStore(0, look)
        try harness.onStore(1, look)
        #expect(try eventually { try redis.command("GET", Keys.seal).string != nil })
        let secret = try #require(try redis.command("GET", Keys.seal).string)
        #expect(secret.utf8.count > 40 && secret != first)
        for index in 0...1 {
            #expect(try eventually { try harness.onStore(index) { $0.seal } == secret })
        }
        let own = try harness.onStore(2) { $0.seal }
        #expect(own.utf8.count > 40 && own != first && own != secret)
        // Where the run has a name, that is what is sealed by.
        proxy.fault = .none
        try harness.onStore(2, look)
        let info = try #require(try redis.command("INFO", "server").string)
        let run = try #require(info.firstMatch(of: /run_id:(\w+)/)).1
        #expect(try eventually { try harness.onStore(2) { $0.seal } == run })
        try harness.close()
    }
}
