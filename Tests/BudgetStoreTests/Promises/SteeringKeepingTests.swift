// How much may be set, how long what has ended stays, and how long counters are kept for what is
// held in them.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct SteeringKeepingTests {
    typealias F = PromiseFixture

    private static let limit = Limit(
        name: "user-day-cost", per: [.user], window: .calendar(.day), measure: .cost, cap: 100)

    private func act(
        _ fixture: F, _ change: Act.Change, key: String, limit: Limit? = limit
    ) -> Act {
        Act(
            id: ReservationID(tenant: "acme", digest: F.digest(key)), bodyDigest: key,
            actor: "admin", reason: "why", scope: fixture.admission(.check).limits[0].scope,
            limit: limit, change: change)
    }

    private func fault(_ fixture: F, _ act: Act) throws -> BudgetError? {
        do {
            _ = try fixture.harness.perform(act)
            return nil
        } catch let error as BudgetError {
            return error
        }
    }

    @Test func grantsAreBounded() throws {
        let fixture = try F([Self.limit])
        let end = fixture.now + 60_000
        for index in 0..<Bounds.maxGrants {
            let grant = Act.Change.grant(1, until: end + Int64(index % 2))
            #expect(try fault(fixture, act(fixture, grant, key: "g\(index)")) == nil)
        }
        #expect(try fixture.standings()[0].cap == 100 + Int64(Bounds.maxGrants))
        let books = try fixture.books()
        let before = try books.dump()
        let more = act(fixture, .grant(1, until: end), key: "more")
        #expect(try fault(fixture, more)?.code == .conflict)
        #expect(try fault(fixture, more)?.message.contains("64 grants are in force") == true)
        #expect(try books.dump() == before)
        let first = act(fixture, .grant(1, until: end), key: "g0")
        #expect(try fixture.harness.perform(first).isReplay)
        // Half of them end, and there is room.
        try fixture.advance(to: end)
        #expect(try fault(fixture, more) == nil)
    }

    @Test func whatHasEndedIsTakenOut() throws {
        let fixture = try F([Self.limit])
        let books = try fixture.books()
        let key = Keys.steering(books.prefix)
        let end = fixture.now + 1000
        _ = try fixture.harness.perform(act(fixture, .setCap(7, until: end), key: "cap"))
        _ = try fixture.harness.perform(act(fixture, .grant(3, until: end + 1000), key: "grant"))
        func collect() throws {
            try fixture.harness.books { $0.collectSteering(tenant: "acme", completion: $1) }
        }
        let set = try books.ask("HGETALL", key)
        try collect()
        #expect(try books.ask("HGETALL", key) == set, "all of it is in force")
        try fixture.advance(to: end)
        let caps = try fixture.standings().map(\.cap)
        try collect()
        #expect(try fixture.standings().map(\.cap) == caps)
        let text = try books.ask("HGET", key, "user=ann").string
        #expect(text?.hasSuffix(":::3,\(end + 1000):cost=user-day-cost") == true, "\(text ?? "")")
        try fixture.advance(to: end + 1000)
        try collect()
        #expect(try books.ask("EXISTS", key).integer == 0)
        // A suspension has no end.
        _ = try fixture.harness.perform(act(fixture, .suspend, key: "s", limit: nil))
        try collect()
        #expect(try books.ask("HGET", key, "user=ann").string == "S")
    }

    @Test func anOverrideIsFoundByTheNameThatItWasSetUnder() throws {
        let odd = Limit(
            name: "a|b:c=d e", per: [.user], window: .calendar(.day), measure: .calls, cap: 9)
        let fixture = try F([Self.limit, odd])
        _ = try fixture.harness.perform(act(fixture, .setCap(7, until: nil), key: "1"))
        _ = try fixture.harness.perform(
            act(fixture, .grant(5, until: fixture.now + 9), key: "2", limit: odd))
        let unset = act(fixture, .unsetGone(odd.name), key: "3", limit: nil)
        let done = try fixture.harness.perform(unset)
        #expect(
            done.before
                == .override(.init(grants: [.init(amount: 5, until: fixture.now + 9)])))
        #expect(done.after == .override(nil))
        #expect(try fixture.standings().map(\.cap) == [7, 9])
        #expect(try fixture.harness.perform(unset).isReplay)
        let again = act(fixture, .unsetGone(odd.name), key: "4", limit: nil)
        #expect(try fault(fixture, again)?.code == .badArgument)
        let audit = try fixture.harness.audit("acme", count: 1, before: nil).elements
        #expect(audit.map { $0.entry?.limit } == [odd.name])
        #expect(audit.map { $0.entry?.measure } == [.calls])
    }

    /// Promise 9: what is kept alive for weeks is booked in the windows of then.
    @Test(arguments: [
        Window.calendar(.day), .rolling(milliseconds: 3_600_000),
        .lifetime(idleMilliseconds: 1000), .lifetime(idleMilliseconds: nil),
    ])
    func countersOutliveWhatIsExtended(_ window: Window) throws {
        let fixture = try F([F.limit(.cost, 100, window)])
        let books = try fixture.books()
        let held = try fixture.made(fixture.admission(.reserve, cost: 7))
        let planned = fixture.admission(.check).limits[0]
        let key = Keys.window(books.prefix, planned.scope, planned.window.id)
        let isForEver = try books.ask("PTTL", key).integer == -1
        if !isForEver { _ = try books.ask("PEXPIRE", key, "5000") }
        let hour: Int64 = 3_600_000
        _ = try fixture.harness.perform(.extend(held, timeToLive: hour))
        let life = try books.ask("PTTL", key).integer ?? 0
        #expect(isForEver ? life == -1 : life > hour + 14 * Retention.day - 5000)
        #expect(isForEver == (window == .lifetime(idleMilliseconds: nil)))
    }

    /// What is only held keeps a rolling window's counters too.
    @Test func holdsKeepARollingWindow() throws {
        let fixture = try F([F.limit(.cost, 100, .rolling(milliseconds: 3_600_000))])
        let books = try fixture.books()
        _ = try fixture.made(fixture.admission(.reserve, cost: 7))
        let key = try #require(try books.keys("w:").first)
        let life = try books.ask("PTTL", key).integer ?? 0
        _ = try books.ask("PEXPIRE", key, "5000")
        _ = try fixture.made(fixture.admission(.reserve, cost: 7))
        #expect(try books.ask("PTTL", key).integer ?? 0 > life - 5000)
    }
}
