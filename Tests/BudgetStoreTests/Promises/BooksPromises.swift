// Promises 3 and 4: sums. Random histories check them at length.

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
}
