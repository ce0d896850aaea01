// Tokens in memory: expiry, renewal and back-off under a test's clock.

import AccessTokens
import BudgetService
import Foundation
import Listeners
import Logging
import Synchronization
import Testing

@testable import BudgetDaemon

@Suite struct TokenAuthenticatorTests {
    /// Two clocks that stand still.
    private final class Hands: Sendable {
        let wall = Atomic<Int64>(1_800_000_000)
        let steady = Atomic<Int64>(0)

        var clocks: TokenAuthenticator.Clocks {
            .init(
                wall: { self.wall.load(ordering: .relaxed) },
                steady: { self.steady.load(ordering: .relaxed) })
        }
    }

    private func path() -> String {
        FileManager.default.temporaryDirectory.path + "/tokens-\(UUID())"
    }

    private func credentials(_ password: String, user: String = "default") -> Credentials {
        Credentials(user: user, password: password)
    }

    @Test func anExpiredTokenIsNoticed() throws {
        let (hands, path) = (Hands(), path())
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = TokenFile()
        let secret = try file.create(
            name: "a", role: .ops, expiry: 1_800_000_010, now: 1_800_000_000)
        try file.write(path: path)
        let door = try TokenAuthenticator(
            path: path, clocks: hands.clocks, logger: Logger(label: "test"))
        guard
            case .granted(let grant) = door.authenticate(
                credentials(secret.revealed), peer: "p")
        else {
            Issue.record("not granted")
            return
        }
        let before = door.generation
        door.refresh()
        #expect(door.generation == before)
        #expect(door.renew(grant) == grant)
        hands.wall.store(1_800_000_010, ordering: .relaxed)
        door.refresh()
        #expect(door.generation != before)
        #expect(door.renew(grant) == nil)
        #expect(door.authenticate(credentials(secret.revealed), peer: "p") == .wrong)
    }

    @Test func waitsDoubleAndKeepNobodyOutWhoIsRight() throws {
        let (hands, path) = (Hands(), path())
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = TokenFile()
        let secret = try file.create(name: "a", role: .ops, now: 1_800_000_000).revealed
        try file.write(path: path)
        let door = try TokenAuthenticator(
            path: path, clocks: hands.clocks, logger: Logger(label: "test"))
        for _ in 0..<5 { #expect(door.authenticate(credentials("x"), peer: "p") == .wrong) }
        for wait in [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000] as [Int64] {
            let soon = Authentication.tooSoon(milliseconds: wait)
            #expect(door.authenticate(credentials("x"), peer: "p") == soon)
            guard case .granted = door.authenticate(credentials(secret), peer: "p") else {
                Issue.record("not granted")
                return
            }
            hands.steady.wrappingAdd(wait, ordering: .relaxed)
            #expect(door.authenticate(credentials("x"), peer: "p") == .wrong)
        }
        #expect(door.authenticate(credentials("x"), peer: "another") == .wrong)
        // Nothing wrong for a while, and the first failures are free again.
        hands.steady.wrappingAdd(60_001, ordering: .relaxed)
        for _ in 0..<5 { #expect(door.authenticate(credentials("x"), peer: "p") == .wrong) }
    }

    @Test func theMemoryOfFailuresIsBounded() {
        var backoff = PeerBackoff()
        for number in 0..<10_000 {
            for _ in 0..<5 { backoff.failed("\(number)", now: 0) }
        }
        #expect(backoff.wait("0", now: 0) == 100)
        #expect(backoff.wait("9999", now: 0) == 0)
        backoff.failed("late", now: 60_000)
        for _ in 0..<4 { backoff.failed("late", now: 60_000) }
        #expect(backoff.wait("late", now: 60_000) == 100)
    }
}
