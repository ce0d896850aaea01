// An administrator's reset of counters that are not as the script writes them: it fails, is told
// as a fault of the data, and changes nothing.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct BrokenActTests {
    typealias F = PromiseFixture

    private func reset(_ window: Window, _ spoil: (F, String) throws -> Void) throws {
        let limit = F.limit(.cost, 1000, window)
        let fixture = try F([limit])
        _ = try fixture.made(fixture.admission(.charge, cost: 7))
        try fixture.advance(by: 7_200_000)
        let planned = fixture.admission(.check).limits[0]
        try spoil(fixture, Keys.window(Keys.prefix("acme"), planned.scope, planned.window.id))
        let act = Act(
            id: ReservationID(tenant: "acme", digest: F.digest("act")), bodyDigest: "d",
            actor: "admin", reason: "why", scope: planned.scope, limit: limit,
            change: .reset(window: planned.window))
        let before = try fixture.books().dump()
        do {
            _ = try fixture.harness.perform(act)
            Issue.record("it is done")
        } catch let error as BudgetError {
            #expect(error.code == .internal, "\(error.message)")
        }
        #expect(try fixture.books().dump() == before)
    }

    @Test(arguments: ["u:cost", "s:cost", "x:cost"], BrokenValueTests.noNumbers)
    func counters(field: String, value: String) throws {
        try reset(.calendar(.day)) { try $0.redis.command("HSET", $1, field, value) }
    }

    @Test(arguments: BrokenValueTests.noNumbers)
    func slots(value: String) throws {
        // What was spent may be taken back later, so that a slot can be below 0.
        if value == "-5" { return }
        try reset(.rolling(milliseconds: 3_600_000)) {
            try $0.redis.command("HSET", $1, "r:cost:1", value)
        }
    }

    @Test(arguments: ["", "5", "5 x", "-1 5", "99999999999999999999 5"])
    func buckets(level: String) throws {
        try reset(.bucket(.init(amount: 1, per: 1000))) {
            try $0.redis.command("HSET", $1, "u:cost", level)
        }
    }
}
