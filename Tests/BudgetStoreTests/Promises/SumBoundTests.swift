// Promises 1, 4 and 5 where a scope's sums meet 2^53: nothing more is admitted, what is spent is
// entered, the scope is flagged, and what is held stays right.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct SumBoundTests {
    typealias F = PromiseFixture

    private let most = Bounds.maxAmount
    private static let rolling = Window.rolling(milliseconds: 3_600_000)

    /// A scope without a bound of its own, in which so much is left.
    private func fixture(
        left: Int64, _ window: Window = .calendar(.day)
    ) throws -> (fixture: F, key: String) {
        let fixture = try F([F.limit(.cost, Bounds.maxSum, window)])
        let limit = fixture.admission(.check).limits[0]
        let key = Keys.window(Keys.prefix(fixture.tenant), limit.scope, limit.window.id)
        let spent = String(Bounds.maxSum - left)
        _ = try fixture.redis.command("HSET", key, "u:cost", spent, "s:cost", spent)
        return (fixture, key)
    }

    private func expect(_ fixture: F, left: Int64, held: Int64) throws {
        let spent = Bounds.maxSum - left
        let standing = LimitStanding(cap: Bounds.maxSum, spent: spent, held: held)
        #expect(try fixture.standings() == [standing])
    }

    @Test func nothingIsAdmittedAndTheScopeIsFlagged() throws {
        let (fixture, key) = try fixture(left: most - 1)
        func admits(_ kind: Admission.Kind, _ cost: Int64) throws -> Bool {
            try fixture.harness.perform([.admit(fixture.admission(kind, cost: cost))])[0].isDone
        }
        #expect(try !admits(.reserve, most))
        let reservation = try fixture.made(fixture.admission(.reserve, cost: most - 1))
        #expect(try fixture.redis.command("HGET", key, "flagged").isNull)
        #expect(try admits(.record, most))
        #expect(try fixture.redis.command("HGET", key, "flagged").string == "1")
        try expect(fixture, left: 0, held: most - 1)
        #expect(try !admits(.reserve, 0))
        let commit = fixture.settlement(.commit, reservation, cost: most)
        #expect(try fixture.harness.perform([.settle(commit)])[0].isDone)
        try expect(fixture, left: 0, held: 0)
        #expect(try fixture.books().journal().map { $0.text.first } == ["H", "P", "C"])
        #expect(try !admits(.charge, 1))
        #expect(try admits(.reserve, 0))
    }

    @Test func noHoldIsLostFromTheSum() throws {
        let (fixture, _) = try fixture(left: 3 * most)
        let first = try fixture.made(fixture.admission(.reserve, cost: most))
        let second = try fixture.made(fixture.admission(.reserve, cost: most))
        for _ in 0..<2 { _ = try fixture.made(fixture.admission(.record, cost: most)) }
        try expect(fixture, left: most, held: 2 * most)
        _ = try fixture.harness.perform(.settle(fixture.settlement(.release, first)))
        try expect(fixture, left: most, held: most)
        // One is held still, and with it all is taken.
        let one = Step.admit(fixture.admission(.reserve, cost: 1))
        #expect(try !fixture.harness.perform([one])[0].isDone)
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, second, cost: 5)))
        try expect(fixture, left: most - 5, held: 0)
        #expect(try fixture.harness.perform([one])[0].isDone)
    }

    @Test func aLifetimeGoesOnWhileAnythingIsHeld() throws {
        let (fixture, _) = try fixture(left: 1, .lifetime(idleMilliseconds: 1000))
        let one = try fixture.made(fixture.admission(.reserve, cost: 1))
        _ = try fixture.made(fixture.admission(.record, cost: most))
        try fixture.advance(by: 1001)
        try expect(fixture, left: 0, held: 1)
        _ = try fixture.harness.perform(.settle(fixture.settlement(.release, one)))
        try fixture.advance(by: 1001)
        try expect(fixture, left: Bounds.maxSum, held: 0)
    }

    @Test func whatCanNotBeReadThereFailsWhatNeedsIt() throws {
        let (fixture, key) = try fixture(left: most)
        let held = try fixture.made(fixture.admission(.reserve, cost: 1))
        _ = try fixture.redis.command("HSET", key, "x:cost", "many")
        let before = try fixture.books().dump()
        let steps: [Step] = [
            .admit(fixture.admission(.record, cost: 1)), fixture.usage(fixture.subject()),
            .settle(fixture.settlement(.commit, held, cost: 1)),
        ]
        for outcome in try fixture.harness.perform(steps) {
            guard case .failure(let error) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(error.code == .internal)
        }
        #expect(try fixture.books().dump() == before)
    }

    @Test("what leaves a rolling window leaves what is above the bound first")
    func rolling() throws {
        let (fixture, _) = try fixture(left: 3 * most, Self.rolling)
        func record(_ times: Int) throws {
            for _ in 0..<times { _ = try fixture.made(fixture.admission(.record, cost: most)) }
        }
        let holds = try (0..<2).map { _ in
            try fixture.made(fixture.admission(.reserve, cost: most))
        }
        try record(2)
        try expect(fixture, left: most, held: 2 * most)
        try fixture.advance(by: 3_720_000)
        try expect(fixture, left: 3 * most, held: 2 * most)
        try record(5)
        try expect(fixture, left: 0, held: 2 * most)
        try fixture.advance(by: 3_720_000)
        _ = try fixture.harness.perform(.settle(fixture.settlement(.release, holds[0])))
        try expect(fixture, left: 3 * most, held: most)
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, holds[1], cost: 5)))
        try expect(fixture, left: 3 * most - 5, held: 0)
        try fixture.advance(by: 3_720_000)
        try expect(fixture, left: 3 * most, held: 0)
    }

    @Test("a reset leaves what is held")
    func reset() throws {
        let (fixture, _) = try fixture(left: 3 * most)
        for _ in 0..<2 { _ = try fixture.made(fixture.admission(.reserve, cost: most)) }
        for _ in 0..<2 { _ = try fixture.made(fixture.admission(.record, cost: most)) }
        let limit = fixture.admission(.check).limits[0]
        let act = Act(
            id: ReservationID(tenant: fixture.tenant, digest: F.digest("reset")),
            bodyDigest: "d", actor: "admin", reason: "why", scope: limit.scope,
            limit: limit.limit, change: .reset(window: limit.window))
        let result = try fixture.harness.perform(act)
        #expect(result.before == .spent(Bounds.maxSum - most))
        try expect(fixture, left: Bounds.maxSum, held: 2 * most)
    }

    /// Many holds and records around the bound, one by one or in batches, against plain sums.
    @Test(arguments: 1...8 as ClosedRange<UInt64>, [1, 7])
    func anyOrder(seed: UInt64, size: Int) throws {
        let left = 8 * most
        let (fixture, _) = try fixture(left: left, seed > 6 ? Self.rolling : .calendar(.day))
        var random = SeededGenerator(seed: seed)
        var spent = Bounds.maxSum - left
        var held: [Reservation] = []
        var sumHeld: Int64 { held.reduce(0) { $0 + $1.call.amounts.cost } }
        for _ in 0..<30 {
            var steps: [Step] = []
            var ending = held.shuffled(using: &random)
            for _ in 0..<size {
                let cost = Int64.random(in: 0...most, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: steps.append(.admit(fixture.admission(.record, cost: cost / 3)))
                case 1...3: steps.append(.admit(fixture.admission(.reserve, cost: cost)))
                default:
                    guard let one = ending.popLast() else { continue }
                    let kind: Settlement.Kind = random.oneIn(3) ? .commit : .release
                    steps.append(.settle(fixture.settlement(kind, one, cost: cost / 3)))
                }
            }
            for (step, outcome) in zip(steps, try fixture.harness.perform(steps)) {
                switch step {
                case .admit(let admission) where admission.kind == .reserve:
                    let total = Int128(spent) + Int128(sumHeld + admission.call.amounts.cost)
                    #expect(outcome.isDone == (total <= Int128(Bounds.maxSum)))
                    if outcome.isDone { held.append(try fixture.record(admission.id)) }
                case .admit(let admission):
                    spent = min(Bounds.maxSum, spent + admission.call.amounts.cost)
                case .settle(let settlement):
                    held.removeAll { $0.id == settlement.reservation.id }
                    spent = min(Bounds.maxSum, spent + settlement.call.amounts.cost)
                default: break
                }
            }
            try expect(fixture, left: Bounds.maxSum - spent, held: sumHeld)
        }
        for one in held {
            _ = try fixture.harness.perform(.settle(fixture.settlement(.release, one)))
        }
        try expect(fixture, left: Bounds.maxSum - spent, held: 0)
    }
}
