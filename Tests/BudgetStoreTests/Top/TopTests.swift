// Rankings of spenders: each entry is counted once, whoever rolls up, whenever they die, in the
// windows of the tenant's own days. That the sums are right is for the random histories to show.

import BudgetModel
import Foundation
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct TopTests {
    typealias F = PromiseFixture

    private func query(
        _ field: TopField = .user, _ window: CalendarUnit = .month, _ measure: Measure = .cost,
        count: Int = 10
    ) -> TopQuery {
        TopQuery(tenant: "acme", field: field, measure: measure, window: window, count: count)
    }

    /// `ann 5, bob 3`
    private func rows(_ top: TopSpenders) -> String {
        top.rows.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    }

    private func charge(_ fixture: F, _ user: String = "ann", cost: Int64) throws {
        let admission = fixture.admission(.charge, fixture.subject(user), cost: cost)
        _ = try fixture.harness.perform(.admit(admission))
    }

    @Test func theLargestComeFirst() throws {
        let fixture = try F([])
        #expect(try fixture.harness.top(query()).rows == [])
        for (user, cost) in [("ann", 3), ("bob", 9), ("c|é d", 5), ("bob", 1), ("none", 0)] {
            try charge(fixture, user, cost: Int64(cost))
        }
        let top = try fixture.harness.top(query())
        #expect(rows(top) == "bob 10, c|é d 5, ann 3")
        #expect(top.moment.sequence.number == 5)
        #expect(top.moment.now == fixture.now)
        #expect(top.isComplete)
        #expect(rows(try fixture.harness.top(query(count: 2))) == "bob 10, c|é d 5")
        #expect(rows(try fixture.harness.top(query(.user, .hour, .calls, count: 1))) == "bob 2")
    }

    /// What is held or given back is not spent; what is charged at the expiry, and then committed,
    /// is spent once.
    @Test func whatAReservationComesTo() throws {
        let fixture = try F([])
        try fixture.harness.adopt(Policy(reservations: ReservationRules(onExpire: .charge)))
        let held = try fixture.made(fixture.admission(.reserve, cost: 7))
        let released = try fixture.made(fixture.admission(.reserve, cost: 100))
        _ = try fixture.harness.perform(.settle(fixture.settlement(.release, released)))
        #expect(try fixture.harness.top(query()).rows == [])
        try fixture.advance(by: 3_600_000)
        #expect(try fixture.harness.sweep("acme") == 1)
        #expect(rows(try fixture.harness.top(query())) == "ann 7")
        let ended = try fixture.record(held.id)
        let commit = fixture.settlement(.commit, ended, cost: 2, tokens: 4)
        _ = try fixture.harness.perform(.settle(commit))
        #expect(rows(try fixture.harness.top(query())) == "ann 2")
        #expect(rows(try fixture.harness.top(query(.user, .month, .calls))) == "ann 1")
    }

    @Test func storesAtOnceCountEachEntryOnce() throws {
        let fixture = try F([], stores: 3)
        for round in 1...4 {
            let steps = (0..<400).map { index in
                let subject = fixture.subject("user\(index % 90)", run: "\(round)-\(index)")
                return Step.admit(fixture.admission(.charge, subject, cost: 1))
            }
            #expect(try fixture.harness.perform(steps).allSatisfy(\.isDone))
            let behind = try fixture.harness.rollUp("acme", stores: [0, 1, 2, 0, 1, 2])
            #expect(behind.allSatisfy { !$0 })
            let top = try fixture.harness.top(query(.user, .day, count: 1000), store: round % 3)
            #expect(top.rows.reduce(0) { $0 + $1.value } == Int64(400 * round))
            #expect(top.moment.sequence.number == Int64(400 * round))
        }
    }

    /// Nobody who is told to stop waits for a journal that has grown.
    @Test func aSliceLeavesTheRest() throws {
        let fixture = try F([])
        let steps = (0..<400).map { index in
            let subject = fixture.subject("user\(index)")
            return Step.admit(fixture.admission(.charge, subject, cost: 1))
        }
        _ = try fixture.harness.perform(steps)
        var slices = 0
        var isBehind = true
        while isBehind {
            isBehind = try fixture.harness.books {
                $0.walk(RollupWalk(tenant: "acme", most: 150), $1)
            }
            slices += 1
        }
        #expect(slices > 1)
        #expect(try fixture.harness.top(query(count: 1000)).rows.count == 400)
    }

    /// Whoever dies with what it has read leaves no trace; whoever is only late adds nothing.
    @Test func whatIsReadAndNotHandedOverIsCountedOnce() throws {
        let fixture = try F([], stores: 2)
        try charge(fixture, cost: 5)
        let read = try fixture.harness.books(0) { store, completion in
            store.journal(tenant: "acme", count: 10, after: nil, completion: completion)
        }
        #expect(read.lines.count == 1)
        #expect(rows(try fixture.harness.top(query(), store: 1)) == "ann 5")
        for number in 2...3 {
            let rolled = try fixture.harness.books(0) { store, completion in
                var late = store.rollup("acme", after: nil)
                late.enter(read)
                store.hand(over: late, completion: completion)
            }
            #expect(rolled?.number == Int64(number - 1), "it is told how far the rankings are")
            try charge(fixture, cost: 6)
            let top = try fixture.harness.top(query(), store: 1)
            #expect(rows(top) == "ann \(5 + 6 * (number - 1))")
        }
    }

    @Test(arguments: ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"])
    func daysBeginWhereTheTenantIs(_ zone: String) throws {
        let fixture = try F([])
        let settings = TenantSettings(timeZone: try #require(TimeZone(identifier: zone)))
        try fixture.harness.adopt(Policy(tenants: ["acme": settings]))
        // 2027-03-17T23:30:00Z, a Wednesday; and forty minutes later.
        try fixture.advance(to: 1_805_326_200_000)
        for user in ["ann", "bob"] { try charge(fixture, user, cost: 1) }
        if zone != "UTC" { _ = try fixture.harness.rollUp("acme", stores: [0]) }
        try fixture.advance(by: 2_400_000)
        try charge(fixture, "ann", cost: 1)
        let day = try fixture.harness.top(query(.user, .day))
        #expect(rows(day) == (zone == "UTC" ? "ann 1" : "ann 2, bob 1"))
        #expect(day.window.until - day.window.from == 86_400_000)
        let hour = try fixture.harness.top(query(.user, .hour))
        #expect(rows(hour) == (zone == "Asia/Kolkata" ? "ann 2, bob 1" : "ann 1"))
        #expect(hour.window.until - hour.window.from == 3_600_000)
        #expect(rows(try fixture.harness.top(query(.user, .week))) == "ann 2, bob 1")
    }
}
