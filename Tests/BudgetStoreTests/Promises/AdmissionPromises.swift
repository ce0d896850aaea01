// Promises 1, 2, 12 and 15: what is let through, and what that does to the books.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct AdmissionPromises {
    typealias F = PromiseFixture

    @Test(
        "promise 1: of 64 at once exactly as many pass as the cap has room for",
        arguments: [Measure.cost, .tokens, .calls, .inFlight], [1, 2])
    func exactlySoMany(measure: Measure, stores: Int) throws {
        let window = measure == .inFlight ? Window.lifetime(idleMilliseconds: nil) : .calendar(.day)
        let perCall: Int64 = measure == .cost || measure == .tokens ? 7 : 1
        let fixture = try F([F.limit(measure, 24 * perCall - 1, window)], stores: stores)
        let room = 23
        let kinds: [Admission.Kind] = measure == .inFlight ? [.reserve] : [.reserve, .charge]
        let steps = (0..<64).map { index in
            let kind = kinds[index % kinds.count]
            let admission = fixture.admission(kind, cost: 7, tokens: 7)
            return (store: index / 3 % stores, step: Step.admit(admission))
        }
        let outcomes = try fixture.harness.perform(steps)
        #expect(outcomes.count { $0.isDone } == room)
        let standing = try fixture.standings()[0]
        #expect(standing.spent + standing.held == Int64(room) * perCall)
    }

    @Test("promise 1: all limits change together, or none")
    func allOrNone() throws {
        let fixture = try F([F.limit(.cost, 1000), F.limit(.tokens, 10), F.limit(.calls, 1000)])
        #expect(try fixture.harness.perform([.admit(fixture.admission(.charge))])[0].isDone)
        let before = try fixture.books().dump(without: [Keys.tenants])
        for kind in [Admission.Kind.reserve, .charge] {
            let answer = try fixture.harness.perform(
                .admit(fixture.admission(kind, cost: 5, tokens: 10)))
            guard case .denied(let denial) = answer.result else {
                Issue.record("\(answer)")
                continue
            }
            #expect(denial.failures.map(\.index) == [1])
            #expect(denial.failures[0].standing == LimitStanding(cap: 10, spent: 1, held: 0))
        }
        #expect(try fixture.books().dump(without: [Keys.tenants]) == before)
    }

    @Test("promise 2: what is past the cap is exactly what was used above the estimate")
    func overrun() throws {
        let fixture = try F([F.limit(.cost, 100)])
        let one = try fixture.made(fixture.admission(.reserve, cost: 60))
        let two = try fixture.made(fixture.admission(.reserve, cost: 40))
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, one, cost: 90)))
        #expect(try fixture.standings() == [LimitStanding(cap: 100, spent: 90, held: 40)])
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, two, cost: 25)))
        #expect(try fixture.standings() == [LimitStanding(cap: 100, spent: 115, held: 0)])
        let free = Step.admit(fixture.admission(.reserve, cost: 0))
        #expect(try fixture.harness.perform([free])[0].isDone == false)
        _ = try fixture.harness.perform(.admit(fixture.admission(.record, cost: 5)))
        #expect(try fixture.standings() == [LimitStanding(cap: 100, spent: 120, held: 0)])
    }

    @Test("promise 12: every change has the next number; every other answer the newest")
    func numbers() throws {
        let fixture = try F([F.limit(.cost, 10)])
        func number(_ step: Step) throws -> Int64 {
            try fixture.harness.perform(step).moment.sequence.number
        }
        let first = fixture.admission(.reserve, cost: 6)
        #expect(try number(.status(first.id)) == 0)
        #expect(try number(.admit(first)) == 1)
        #expect(try number(.admit(first)) == 1)
        #expect(try number(.admit(fixture.admission(.charge, cost: 5))) == 1)
        #expect(try number(.admit(fixture.admission(.check, cost: 1))) == 1)
        #expect(try number(.admit(fixture.admission(.record, cost: 1))) == 2)
        let reservation = try fixture.record(first.id)
        #expect(try number(.extend(reservation, timeToLive: 5)) == 3)
        #expect(try number(.settle(fixture.settlement(.release, reservation))) == 4)
        #expect(try number(.settle(fixture.settlement(.release, reservation))) == 4)
        #expect(try fixture.books().journal().map(\.sequence.number) == [1, 2, 3, 4])
    }

    @Test("promise 15: what is denied costs nothing", arguments: [1, 40])
    func denialsAreFree(count: Int) throws {
        let fixture = try F([
            F.limit(.cost, 0),
            F.limit(
                .tasks, 9, per: [.run],
                .lifetime(
                    idleMilliseconds: 60_000)),
        ])
        let subject = fixture.subject(run: "r", task: "t")
        let steps = (0..<count).map { index -> Step in
            let kind: Admission.Kind = index % 2 == 0 ? .reserve : .charge
            return .admit(
                fixture.admission(
                    kind, subject, cost: index % 3 == 0 ? 1 : 0,
                    preset: index % 3 == 0 ? nil : .unknownModel))
        }
        let outcomes = try fixture.harness.perform(steps)
        for outcome in outcomes {
            guard case .denied? = outcome.result else {
                Issue.record("\(outcome)")
                return
            }
        }
        #expect(try fixture.books().dump(without: [Keys.tenants]).isEmpty)
    }

    @Test("usage under no limit is an empty list")
    func noLimit() throws {
        let fixture = try F([])
        let answer = try fixture.harness.perform(
            .usage(tenant: "acme", limits: [], validFrom: 0, validUntil: .max))
        #expect(answer.result == .usage([]))
    }
}
