// Promises 3 to 5: sums and their bound. Random histories check 3 and 4 at length.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct BooksPromises {
    typealias F = PromiseFixture

    @Test("promises 3 and 4: spent is what entries say, held is what open reservations hold")
    func sums() throws {
        let life = Window.lifetime(idleMilliseconds: nil)
        let fixture = try F([
            F.limit(.cost, 1000), F.limit(.tasks, 5, per: [.run], life),
            F.limit(.inFlight, 5, per: [.run], life),
        ])
        let subject = fixture.subject(run: "r", task: "t")
        _ = try fixture.made(fixture.admission(.charge, subject, cost: 100))
        _ = try fixture.made(fixture.admission(.record, subject, cost: 20))
        let one = try fixture.made(fixture.admission(.reserve, subject, cost: 300))
        _ = try fixture.made(fixture.admission(.reserve, subject, cost: 40))
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, one, cost: 250)))
        #expect(
            try fixture.standings(subject)
                == [
                    LimitStanding(cap: 1000, spent: 370, held: 40),
                    LimitStanding(cap: 5, spent: 0, held: 1),
                    LimitStanding(cap: 5, spent: 1, held: 0),
                ].sorted { $0.cap > $1.cap || $0.spent > $1.spent })
        #expect(try fixture.books().journal().map { $0.text.first } == ["G", "P", "H", "H", "C"])
    }

    @Test("promise 5: at 2^53 nothing is admitted; what is spent is entered, and it is flagged")
    func saturation() throws {
        let fixture = try F([F.limit(.cost, Bounds.maxSum)])
        let books = try fixture.books()
        let big = fixture.admission(.reserve, cost: Bounds.maxAmount)
        let key = Keys.window(books.prefix, big.limits[0].scope, big.limits[0].window.id)
        let start = Bounds.maxSum - Bounds.maxAmount + 1
        for field in ["u:cost", "s:cost"] { _ = try books.ask("HSET", key, field, "\(start)") }
        #expect(try fixture.harness.perform([.admit(big)])[0].isDone == false)
        let last = fixture.admission(.reserve, cost: Bounds.maxAmount - 1)
        let reservation = try fixture.made(last)
        #expect(try fixture.standings()[0].held == Bounds.maxAmount - 1)
        #expect(try books.hash(key)[ExactName("flagged")] == nil)
        let record = fixture.admission(.record, cost: Bounds.maxAmount)
        #expect(try fixture.harness.perform([.admit(record)])[0].isDone)
        #expect(try books.hash(key)[ExactName("flagged")] == "1")
        #expect(
            try fixture.standings()[0] == .init(cap: Bounds.maxSum, spent: Bounds.maxSum, held: 0))
        let commit = fixture.settlement(.commit, reservation, cost: Bounds.maxAmount)
        #expect(try fixture.harness.perform([.settle(commit)])[0].isDone)
        #expect(
            try fixture.standings()[0] == .init(cap: Bounds.maxSum, spent: Bounds.maxSum, held: 0))
        #expect(try books.journal().map { $0.text.first } == ["H", "P", "C"])
        let one = fixture.admission(.charge, cost: 1)
        #expect(try fixture.harness.perform([.admit(one)])[0].isDone == false)
    }
}
