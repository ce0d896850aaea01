// Steps that go together are decided as if they had come one by one, whichever way of the script
// decides them: the short one of plain reservations, or the general one.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct BatchTests {
    typealias F = PromiseFixture

    /// What is asked for, and what makes it go the general way.
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        var limits = [
            F.limit(.cost, 1000),
            F.limit(.calls, 1000, per: [.run], .lifetime(idleMilliseconds: nil)),
            F.limit(.tokens, 1000, per: [.user], .lifetime(idleMilliseconds: 60_000)),
        ]
        var costs: [Int64] = [1, 2, 3, 4, 5]
        var keys = ["a", "b", "c", "d", "e"]
        var kinds = [Admission.Kind](repeating: .reserve, count: 5)
        var steering = ""
    }

    static let rows = [
        Row(description: "plain"),
        Row(description: "one", costs: [7], keys: ["a"], kinds: [.reserve]),
        Row(description: "a denial", costs: [1, 2, 995, 4, 5]),
        Row(description: "a known key", keys: ["a", "b", "c", "b", "e"]),
        Row(description: "a key from before", keys: ["a", "b", "before", "d", "e"]),
        Row(description: "a charge", kinds: [.reserve, .reserve, .reserve, .charge, .reserve]),
        Row(
            description: "tasks",
            limits: [F.limit(.tasks, 2, per: [.run], .lifetime(idleMilliseconds: nil))]),
        Row(description: "a shadow", limits: [F.limit(.cost, 4, mode: .shadow)]),
        Row(description: "a cap of nothing", limits: [F.limit(.cost, 0)], costs: [0, 0, 0, 1, 0]),
        Row(description: "a suspension", steering: "S"),
        Row(description: "no limits", limits: []),
    ]

    @Test(arguments: rows, [0, 60_000, 60_001])
    func togetherAsOneByOne(row: Row, pause: Int64) throws {
        let alone = try F(row.limits)
        let together = try F(row.limits)
        var answers: [[StepAnswer]] = []
        for fixture in [alone, together] {
            let charge = fixture.admission(.charge, subject(fixture, 0), key: "charged")
            _ = try fixture.harness.perform(.admit(charge))
            try fixture.advance(by: pause)
            let reserve = fixture.admission(.reserve, subject(fixture, 1), key: "before")
            _ = try fixture.harness.perform(.admit(reserve))
            if row.steering != "" {
                let key = Keys.steering(Keys.prefix(fixture.tenant))
                _ = try fixture.redis.command("HSET", key, "user=u1", row.steering)
            }
            let steps = row.keys.indices.map { index in
                Step.admit(
                    fixture.admission(
                        row.kinds[index], subject(fixture, index), cost: row.costs[index],
                        key: row.keys[index]))
            }
            answers.append(
                try fixture === together
                    ? fixture.harness.perform(steps).map { try $0.get() }
                    : steps.map { try fixture.harness.perform($0) })
        }
        #expect(answers[0] == answers[1])
        let journal = Keys.journal(Keys.prefix(alone.tenant))
        let books = (try alone.books(), try together.books())
        #expect(try books.0.dump(without: [journal]) == books.1.dump(without: [journal]))
        #expect(try books.0.journal() == books.1.journal())
        for key in try books.0.keys("") {
            let lives = try [books.0, books.1].map { try $0.ask("PTTL", key).integer ?? -9 }
            #expect(abs(lives[0] - lives[1]) < 60_000, "\(key)")
        }
    }

    /// Two users, and three runs with two tasks.
    private func subject(_ fixture: F, _ index: Int) -> Subject {
        fixture.subject("u\(index % 2)", run: "r\(index % 3)", task: "t\(index % 2)")
    }

    /// Lua's stack is bounded, and so are the numbers that fit on it.
    @Test func manyLimits() throws {
        let limits = (1...36).map { index in
            F.limit(.cost, 1_000_000, .lifetime(idleMilliseconds: Int64(index) * 60_000))
        }
        let fixture = try F(limits)
        let steps = (0..<Bounds.maxBatch).map { _ in Step.admit(fixture.admission(.reserve)) }
        #expect(try fixture.harness.perform(steps).allSatisfy(\.isDone))
        #expect(try fixture.standings().allSatisfy { $0.held == Int64(Bounds.maxBatch) })
    }
}
