// The rights that are asked for before use: those of the documentation, and those of the scripts.
// Each is taken from a user of a real Redis, which is then refused, and nothing is written.

import Foundation
import RedisClient
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct StoreRightsTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

    /// The words of the documentation that make a user.
    private func documentedUser() throws -> [String] {
        let text = try String(
            contentsOf: Self.sources.appending(
                path: "BudgetDaemon/Configuration/CONFIGURATION.md"), encoding: .utf8)
        let block = try #require(text.firstMatch(of: /(ACL SETUSER budgetd [^`]+)```/)).1
        return block.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// `+config|get` → `CONFIG GET`.
    private func command(_ right: String) -> String {
        right.dropFirst().uppercased().replacing("|", with: " ")
    }

    @Test func theyAreTheDocumentedOnes() throws {
        let documented = try documentedUser().dropFirst(9).map(command)
        #expect(documented.count == Set(documented).count)
        #expect(Set(documented) == Set(StoreRights.all + ["CONFIG GET"]))
    }

    @Test func everyScriptsCommandsAreAmongThem() throws {
        let files = try #require(
            FileManager.default.enumerator(
                at: Self.sources.appending(path: "BudgetStore"), includingPropertiesForKeys: nil))
        let known = Set(StoreRights.all.map { $0.prefix { $0 != " " } })
        var found: Set<Substring> = []
        for case let file as URL in files where ["lua", "swift"].contains(file.pathExtension) {
            let text = try String(contentsOf: file, encoding: .utf8)
            found.formUnion(text.matches(of: /call\('([A-Z]+)'/).map(\.1))
            found.formUnion(text.matches(of: /RedisCommand\("([A-Z]+)"/).map(\.1))
        }
        #expect(found.count > 30)
        #expect(found.subtracting(known) == [])
    }

    /// A Redis with the documented user, and a store that is this user.
    private func house() throws -> (redis: TestRedis, user: [String], harness: StoreHarness) {
        let redis = try TestRedis(["appendonly": "yes", "appendfsync": "always"])
        let user = try documentedUser()
        #expect(try redis.command(user) == .simple("OK"))
        let harness = try StoreHarness(
            redis.socketPath, credentials: RedisCredentials(user: "budgetd", password: "password"))
        #expect(try harness.comes { $0 == .ready })
        return (redis, user, harness)
    }

    @Test func whoeverLacksOneIsRefusedBeforeAnythingIsWritten() throws {
        let (redis, user, harness) = try house()
        let path = redis.directory + "/witness"
        try harness.onStore { store in
            let judge = LossJudge(witness: try Witness.load(path: path))
            let check = StoreCheck(store: store, judge: judge)
            store.link.onConnect = { check.check($0, $1) }
        }
        for right in user.dropFirst(9) {
            let command = command(right)
            try redis.command("ACL", "SETUSER", "budgetd", "-" + right.dropFirst())
            // As a server is that takes no write: the question is none.
            try redis.command("CONFIG", "SET", "maxmemory", "1")
            try harness.onStore { $0.link.reconnect(because: "another look") }
            let isRefused = try harness.comes { status in
                guard case .refused(let reason) = status else { return false }
                return reason.uppercased().contains(command)
            }
            let status = try harness.onStore { $0.link.status }
            #expect(isRefused, "\(right): \(status)")
            try redis.command("CONFIG", "SET", "maxmemory", "0")
            if right == user[9] { #expect(try redis.command("DBSIZE") == .integer(0)) }
            try redis.command("ACL", "SETUSER", "budgetd", right)
            #expect(try harness.comes { $0 == .ready }, "\(right)")
        }
        try harness.close()
    }

    @Test func whoeverLosesOneIsLeft() throws {
        let (redis, _, harness) = try house()
        let path = redis.directory + "/witness"
        let look: @Sendable (RedisStore) throws -> Void = { store in
            let judge = LossJudge(witness: try Witness.load(path: path))
            let check = StoreCheck(store: store, judge: judge)
            store.link.onConnect = { check.check($0, $1) }
            check.checkAgain()
        }
        let said = [
            "-hincrby": "the user budgetd the commands HINCRBY on",
            "-eval": "the user budgetd the commands EVAL on", "-time": "may INFO and TIME",
        ]
        for (less, said) in said {
            try redis.command("ACL", "SETUSER", "budgetd", less)
            try harness.onStore(0, look)
            let isRefused = try harness.comes { status in
                guard case .refused(let reason) = status else { return false }
                return reason.contains(said)
            }
            #expect(isRefused, "\(less)")
            try redis.command("ACL", "SETUSER", "budgetd", "+" + less.dropFirst())
            #expect(try harness.comes { $0 == .ready })
        }
        // Redis's own log of refusals names what was tried, and only the question was.
        let refused = try redis.command("ACL", "LOG").array ?? []
        #expect(Set(refused.compactMap { $0.array?[7].string }) == ["eval", "time"])
        try harness.close()
    }
}
