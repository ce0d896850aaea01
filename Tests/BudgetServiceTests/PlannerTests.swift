// Which limits a call falls under and in which windows, as the store is told it.

import BudgetModel
import BudgetService
import Testing

private let many = """
    timezone: UTC
    tenants: { acme: { timezone: Europe/Berlin } }
    limits:
      - { name: user-day, per: [user], window: day, measure: tokens, cap: 1000 }
      - { name: run-calls, per: [run], window: lifetime, measure: calls, cap: 50 }
      - { name: run-task, per: [run, task], window: hour, measure: retries, cap: 3 }
      - { name: flight, per: [run], window: lifetime, measure: in_flight, cap: 8 }
      - name: premium
        per: [user]
        window: month
        measure: cost
        cap: 20
        match: { model: ["gpt-4*", "claude-opus-?"], label.tier: free }
      - { name: house, per: [tenant], window: minute, measure: cost, cap: 5, mode: shadow }
    unknown_model: free
    """

/// A limit on days and others that a test names.
private func windows(_ units: String..., zone: String = "UTC") -> String {
    "timezone: \(zone)\nlimits:\n"
        + units.enumerated().map {
            "  - { name: l\($0.offset), per: [tenant], window: \($0.element), measure: calls, "
                + "cap: 9 }\n"
        }.joined()
}

@Suite struct PlannerTests {
    @Test(arguments: [
        ("RESERVE idempotency_key k", "house"),
        ("RESERVE idempotency_key k user u", "user-day house"),
        ("RESERVE idempotency_key k run r", "run-calls flight house"),
        ("RESERVE idempotency_key k task t", "house"),
        ("CHECK user u run r task t", "user-day run-calls run-task flight house"),
        // Nothing is held by these, so nothing is in flight.
        ("CHARGE idempotency_key k run r", "run-calls house"),
        ("RECORD idempotency_key k run r", "run-calls house"),
        // A match needs each of its fields, and one of the patterns of each.
        ("CHECK user u model gpt-4o label.tier free", "user-day premium house"),
        ("CHECK user u model claude-opus-5 label.tier free", "user-day premium house"),
        ("CHECK user u model claude-opus-4.1 label.tier free", "user-day house"),
        ("CHECK user u model GPT-4o label.tier free", "user-day house"),
        ("CHECK user u model gpt-4o label.tier paid", "user-day house"),
        ("CHECK user u model gpt-4o", "user-day house"),
        ("CHECK user u label.tier free", "user-day house"),
    ])
    func theLimitsThatApplyInThePolicysOrder(_ request: String, _ limits: String) throws {
        let plan = try Desk(many).admission(request).limits
        #expect(plan.map(\.limit.name).joined(separator: " ") == limits)
    }

    @Test func scopesAreTheCallersValues() throws {
        let plan = try Desk(many).admission("CHECK tenant a user u,x=1 run r task t").limits
        #expect(
            plan.map(\.scope.text) == [
                "user=u,x=1", "run=r", "run=r,task=t", "run=r", "tenant=a",
            ])
        let other = try Desk(many).admission("CHECK tenant a user u run r task t,x=1").limits
        #expect(Set((plan + other).map(\.scope)).count == 6)
    }

    /// Per row: a zone, a window, a moment, the window's id, its first moment, the first after it.
    @Test(arguments: [
        "UTC day 2026-11-22T23:59:59 d2026-11-22 2026-11-22T00:00:00 2026-11-23T00:00:00",
        // A day of 23 hours, and one of 25.
        "Europe/Berlin day 2027-03-28T21:59:59 d2027-03-28 2027-03-27T23:00:00 2027-03-28T22:00:00",
        "Europe/Berlin day 2027-10-30T22:00:00 d2027-10-31 2027-10-30T22:00:00 2027-10-31T23:00:00",
        // Two o'clock comes twice: two windows.
        "Europe/Berlin hour 2027-10-31T00:59:59 h2027-10-31T00:00Z 2027-10-31T00:00:00 "
            + "2027-10-31T01:00:00",
        "Europe/Berlin hour 2027-10-31T01:00:00 h2027-10-31T01:00Z 2027-10-31T01:00:00 "
            + "2027-10-31T02:00:00",
        // A month's end is the zone's, as are its length and the year's.
        "Europe/Berlin month 2026-12-31T22:59:59 M2026-12 2026-11-30T23:00:00 2026-12-31T23:00:00",
        "Europe/Berlin month 2026-12-31T23:00:00 M2027-01 2026-12-31T23:00:00 2027-01-31T23:00:00",
        "Europe/Berlin month 2027-03-15T00:00:00 M2027-03 2027-02-28T23:00:00 2027-03-31T22:00:00",
        "UTC month 2028-02-29T23:59:59 M2028-02 2028-02-01T00:00:00 2028-03-01T00:00:00",
        // Weeks begin on Monday, also across the year's end.
        "UTC week 2027-01-03T23:59:59 w2026-12-28 2026-12-28T00:00:00 2027-01-04T00:00:00",
    ])
    func windowsAndTheirEnds(_ row: String) throws {
        let words = row.split(separator: " ").map(String.init)
        let desk = try Desk(windows(words[1], zone: words[0]), at: words[2])
        let admission = try desk.admission("CHECK")
        let window = try #require(admission.limits.first).window
        #expect(window.id == words[3])
        #expect(window.from == (try Desk.moment(words[4])))
        #expect(window.until == (try Desk.moment(words[5])))
        #expect(admission.validFrom == window.from)
        #expect(admission.validUntil == window.until)
    }

    @Test func aPlanHoldsWhileAllItsWindowsDo() throws {
        let at = "2026-11-30T23:17:42"
        let desk = try Desk(windows("month", "day", "hour", "lifetime", "minute"), at: at)
        let admission = try desk.admission("CHECK")
        #expect(admission.validFrom == (try Desk.moment("2026-11-30T23:17:00")))
        #expect(admission.validUntil == (try Desk.moment("2026-11-30T23:18:00")))
        let forever = try Desk(windows("lifetime")).admission("CHECK")
        #expect(forever.validFrom == .min)
        #expect(forever.validUntil == .max)
    }

    @Test func lifetimesAreNamedByTheirIdleTime() throws {
        let plan = try Desk(
            """
            limits:
              - { name: a, per: [run], window: lifetime, measure: calls, cap: 9 }
              - { name: b, per: [run], window: lifetime, idle: 24h, measure: calls, cap: 9 }
            """
        ).admission("CHECK run r").limits
        #expect(plan.map(\.window.id) == ["L", "L86400000"])
    }

    @Test func aTenantsDaysBeginInItsOwnZone() throws {
        let desk = try Desk(many, at: "2026-11-22T23:30:00")
        func day(_ request: String) throws -> WindowInstance {
            try #require(try desk.admission(request).limits.first).window
        }
        // Again and again, since the planner remembers what it computed last.
        for _ in 0..<2 {
            let theirs = try day("CHECK tenant acme user u")
            #expect(theirs.id == "d2026-11-23")
            #expect(theirs.until == (try Desk.moment("2026-11-23T23:00:00")))
            let ours = try day("CHECK user u")
            #expect(ours.id == "d2026-11-22")
            #expect(ours.until == (try Desk.moment("2026-11-23T00:00:00")))
        }
    }

    @Test func aStalePlanIsMadeAnewAtMostTwice() throws {
        let desk = try Desk(windows("day"), at: "2026-11-22T23:59:59")
        desk.store.pace = 1000
        desk.store.results = [.stale, .done]
        #expect(try desk.ask("CHARGE idempotency_key k")["decision"] == "allow")
        #expect(
            desk.store.admissions.map { $0.limits.map(\.window.id) }
                == [["d2026-11-22"], ["d2026-11-23"]])
        desk.store.results = [.stale, .stale, .stale, .done]
        #expect(
            try desk.fault("CHARGE idempotency_key k")
                == "UNAVAILABLE the clock moves faster than requests; try again")
        #expect(desk.store.admissions.count == 5)
    }

    @Test func usageIsAskedOfTheSameLimits() throws {
        let desk = try Desk(many)
        desk.store.results = [.usage([])]
        try desk.ask("USAGE tenant acme run r")
        guard case .usage("acme", let limits, _, let until)? = desk.store.steps.last else {
            Issue.record("it is no question for a standing")
            return
        }
        #expect(limits.map(\.limit.name) == ["run-calls", "flight", "house"])
        #expect(until == (try Desk.moment("2026-11-22T10:01:00")))
    }
}
