// Moments at which something ends, to the millisecond: overrides, grants, suspensions, lifetimes.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct BoundaryTests {
    typealias F = PromiseFixture

    private func steer(_ fixture: F, _ steering: ReferenceSteering) throws {
        let key = Keys.steering(Keys.prefix(fixture.tenant))
        _ = try fixture.redis.command("HSET", key, "user=ann", steering.text)
    }

    @Test("an override holds until its moment, and not at it")
    func overrides() throws {
        let limit = F.limit(.cost, 10)
        let fixture = try F([limit])
        var steering = ReferenceSteering()
        steering.overrides[limit.identity] = .init(cap: 25, until: fixture.now + 100)
        try steer(fixture, steering)
        let twenty = Step.admit(fixture.admission(.check, cost: 20))
        try fixture.advance(by: 99)
        #expect(
            try fixture.standings() == [.init(cap: 25, spent: 0, held: 0, isOverridden: true)])
        #expect(try fixture.harness.perform([twenty])[0].isDone)
        let thirty = Step.admit(fixture.admission(.check, cost: 30))
        guard case .denied(let denial) = try fixture.harness.perform(thirty).result else {
            Issue.record("30 of 25 are allowed")
            return
        }
        #expect(
            denial.failures.map(\.standing)
                == [.init(cap: 25, spent: 0, held: 0, isOverridden: true)])
        try fixture.advance(by: 1)
        #expect(try fixture.standings() == [.init(cap: 10, spent: 0, held: 0)])
        #expect(try !fixture.harness.perform([twenty])[0].isDone)
    }

    @Test("grants add up, each until its moment")
    func grants() throws {
        let limit = F.limit(.cost, 10)
        let fixture = try F([limit])
        var steering = ReferenceSteering()
        steering.overrides[limit.identity] = .init(
            cap: nil,
            grants: [
                .init(amount: 5, until: fixture.now + 1), .init(amount: 7, until: fixture.now + 2),
            ])
        try steer(fixture, steering)
        var caps: [Int64] = []
        for _ in 0..<3 {
            caps.append(try fixture.standings()[0].cap)
            try fixture.advance(by: 1)
        }
        #expect(caps == [22, 17, 10])
    }

    @Test("suspended means no admission; what is there can still be settled")
    func suspensions() throws {
        let fixture = try F([F.limit(.cost, 10)])
        let before = try fixture.made(fixture.admission(.reserve, cost: 5))
        var steering = ReferenceSteering()
        steering.isSuspended = true
        try steer(fixture, steering)
        for kind in [Admission.Kind.reserve, .charge, .check] {
            let answer = try fixture.harness.perform(.admit(fixture.admission(kind)))
            #expect(answer.result == .denied(Denial(reason: .suspended, suspended: .user)))
        }
        #expect(try fixture.harness.perform([.admit(fixture.admission(.record))])[0].isDone)
        let commit = Step.settle(fixture.settlement(.commit, before, cost: 3))
        #expect(try fixture.harness.perform([commit])[0].isDone)
    }

    @Test(
        "a lifetime is over after its idle time, and not at it",
        arguments: [Admission.Kind.reserve, .charge])
    func lifetimes(kind: Admission.Kind) throws {
        let limit = F.limit(.cost, 10, .lifetime(idleMilliseconds: 60_000))
        let fixture = try F([limit])
        _ = try fixture.made(fixture.admission(.charge, cost: 8))
        try fixture.advance(by: 60_000)
        #expect(try !fixture.harness.perform([.admit(fixture.admission(kind, cost: 3))])[0].isDone)
        let fits = try fixture.made(fixture.admission(.reserve, cost: 2))
        try fixture.advance(by: 1)
        // Something is held, so the life goes on.
        #expect(try !fixture.harness.perform([.admit(fixture.admission(kind, cost: 3))])[0].isDone)
        _ = try fixture.harness.perform(.settle(fixture.settlement(.release, fits)))
        try fixture.advance(by: 60_000)
        #expect(try fixture.standings().map(\.spent) == [8])
        #expect(try !fixture.harness.perform([.admit(fixture.admission(kind, cost: 3))])[0].isDone)
        // A denial does not refresh it.
        try fixture.advance(by: 1)
        #expect(try fixture.standings().map(\.spent) == [0])
        let reborn = try fixture.harness.perform(.admit(fixture.admission(kind, cost: 3)))
        #expect(reborn.moment.sequence.number == 5)
        let letter: Character = kind == .reserve ? "H" : "G"
        #expect(
            try fixture.books().journal().map { $0.text.first } == ["G", "H", "R", "Z", letter])
    }
}
