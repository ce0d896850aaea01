// Promises 6 to 9: repetition, endings, dead workers, late and larger commits.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct SettlementPromises {
    typealias F = PromiseFixture

    @Test("promise 6: a repeated request has one effect and shows how it stands now")
    func repetition() throws {
        let fixture = try F([F.limit(.cost, 100)], stores: 2)
        let steps = (0..<40).map { index in
            (store: index % 2, step: Step.admit(fixture.admission(.reserve, cost: 7, key: "same")))
        }
        let outcomes = try fixture.harness.perform(steps)
        #expect(outcomes.count { $0.isDone } == 1)
        #expect(try fixture.standings() == [LimitStanding(cap: 100, spent: 0, held: 7)])
        let again = fixture.admission(.reserve, cost: 50, key: "same", preset: .unknownModel)
        let first = try fixture.record(again.id)
        #expect(first.state == .held)
        // Another body is for the service to refuse: it is shown the first, and nothing changes.
        #expect(try fixture.harness.perform(.admit(again)).result == .found(first))
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, first, cost: 3)))
        #expect(try fixture.record(again.id).state == .committed)
        #expect(
            try fixture.harness.perform(.admit(again)).result == .found(fixture.record(again.id)))
        #expect(try fixture.standings() == [LimitStanding(cap: 100, spent: 3, held: 0)])
    }

    @Test("promise 6: a denied request is decided anew")
    func denialsAreNotKept() throws {
        let fixture = try F([F.limit(.cost, 10)])
        let first = try fixture.made(fixture.admission(.reserve, cost: 10))
        let second = fixture.admission(.reserve, cost: 10, key: "second")
        #expect(try fixture.harness.perform([.admit(second)])[0].isDone == false)
        _ = try fixture.harness.perform(.settle(fixture.settlement(.release, first)))
        #expect(try fixture.harness.perform([.admit(second)])[0].isDone)
    }

    @Test("promise 7: of 64 endings at once one is done", arguments: [1, 2])
    func oneEnding(stores: Int) throws {
        let fixture = try F([F.limit(.cost, 100)], stores: stores)
        let reservation = try fixture.made(fixture.admission(.reserve, cost: 10))
        try fixture.advance(by: 3_600_000)
        let kinds: [Settlement.Kind] = [.release, .expire, .release]
        let steps = (0..<64).map { index in
            (
                store: index % stores,
                step: Step.settle(fixture.settlement(kinds[index % 3], reservation))
            )
        }
        #expect(try fixture.harness.perform(steps).count { $0.isDone } == 1)
        #expect(try fixture.standings() == [LimitStanding(cap: 100, spent: 0, held: 0)])
    }

    @Test("promise 7: an expired one is committed late once")
    func oneLateCommit() throws {
        let fixture = try F([F.limit(.cost, 100)])
        let reservation = try fixture.made(fixture.admission(.reserve, cost: 10))
        try fixture.advance(by: 3_600_000)
        #expect(try fixture.harness.sweep("acme") == 1)
        let commit = Step.settle(fixture.settlement(.commit, reservation, cost: 12))
        let outcomes = try fixture.harness.perform(Array(repeating: commit, count: 9))
        #expect(outcomes.count { $0.isDone } == 1)
        #expect(outcomes[0].result == .done(tightest: nil, late: true, deadline: nil))
        #expect(try fixture.standings() == [LimitStanding(cap: 100, spent: 12, held: 0)])
        #expect(try fixture.record(reservation.id).state == .lateCommitted)
    }

    @Test("promise 8: a dead worker's hold is free after deadline, grace and one sweep")
    func deadWorker() throws {
        let fixture = try F([F.limit(.cost, 500)])
        let admissions = (0..<50).map { _ in Step.admit(fixture.admission(.reserve, cost: 10)) }
        #expect(try fixture.harness.perform(admissions).allSatisfy(\.isDone))
        try fixture.advance(by: 60_000 + 29_999)
        #expect(try fixture.harness.sweep("acme") == 0)
        #expect(try overdueHint(fixture) == false)
        try fixture.advance(by: 1)
        #expect(try overdueHint(fixture) == true)
        #expect(try fixture.harness.sweep("acme") == 50)
        #expect(try fixture.standings() == [LimitStanding(cap: 500, spent: 0, held: 0)])
        #expect(try fixture.harness.perform([.admit(fixture.admission(.charge))])[0].isDone)
    }

    private func overdueHint(_ fixture: F) throws -> Bool? {
        let answer = try fixture.harness.perform(.admit(fixture.admission(.reserve, cost: 1)))
        guard case .denied(let denial) = answer.result else { return nil }
        return denial.hasOverdueHolds
    }

    @Test("promise 9: a commit just after midnight is spent in the day of its reservation")
    func afterMidnight() throws {
        let fixture = try F([F.limit(.cost, 100), F.limit(.cost, 10_000, .calendar(.month))])
        let evening = try fixture.made(fixture.admission(.reserve, cost: 10))
        try fixture.advance(by: 86_400_000)
        #expect(try fixture.harness.sweep("acme") == 1)
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, evening, cost: 70)))
        #expect(try fixture.standings().map(\.spent) == [0, 70])
        let books = try fixture.books()
        let day = Keys.window(books.prefix, evening.accounts[0].scope, evening.accounts[0].window)
        #expect(try books.hash(day)[ExactName("s:cost")] == "70")
        #expect(try fixture.record(evening.id).ending?.call.amounts.cost == 70)
    }

    @Test("promise 9: an unpriced commit is entered, flagged")
    func unpriced() throws {
        let fixture = try F([F.limit(.cost, 100)])
        let reservation = try fixture.made(fixture.admission(.reserve, cost: 10))
        var settlement = fixture.settlement(.commit, reservation, cost: 10)
        settlement.call.isUnpriced = true
        _ = try fixture.harness.perform(.settle(settlement))
        #expect(try fixture.record(reservation.id).ending?.call.isUnpriced == true)
        #expect(try fixture.standings() == [LimitStanding(cap: 100, spent: 10, held: 0)])
    }
}
