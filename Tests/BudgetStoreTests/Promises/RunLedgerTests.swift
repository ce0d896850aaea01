// Reading a run's ledger where something is missing or spoilt.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct RunLedgerTests {
    typealias F = PromiseFixture

    private let query = RunQuery(tenant: "acme", run: "r", listing: .both, count: 9, cursor: 0)

    @Test("entries that the journal no longer keeps are left out, in whichever epoch it goes on")
    func trimmed() throws {
        let fixture = try F([F.limit(.cost, 1000)])
        let subject = fixture.subject(run: "r", task: "t")
        for _ in 0..<3 { _ = try fixture.made(fixture.admission(.charge, subject)) }
        try fixture.harness.onStore { $0.begin(epoch: 1) }
        let kept = try fixture.made(fixture.admission(.charge, subject, cost: 5))
        #expect(try fixture.harness.run(query).entries.count == 4)
        let journal = Keys.journal(Keys.prefix("acme"))
        _ = try fixture.redis.command("XTRIM", journal, "MINID", "1-1")
        #expect(try fixture.harness.run(query).entries.map(\.id) == [kept.id])
        #expect(try fixture.harness.run(query).totals.cost == 8)
    }

    @Test(arguments: ["entries", "tasks", "run", "journal", "member"])
    func spoilt(what: String) throws {
        let books = try BrokenBooks([F.limit(.cost, 1000)])
        if what == "member" {
            _ = try books.fixture.redis.command("ZADD", books.key("entries"), "1", "no sequence")
        } else {
            _ = try books.fixture.redis.command("SET", books.key(what), "something else")
        }
        do {
            _ = try books.fixture.harness.run(query)
            Issue.record("it is answered")
        } catch let error as BudgetError {
            #expect(error.code == .internal, "\(error.message)")
        }
    }

    @Test("the newest come first, page by page, whatever is entered meanwhile")
    func newest() throws {
        let fixture = try F([F.limit(.cost, 1000)])
        let subject = fixture.subject(run: "r", task: "t")
        var query = query
        query.listing = .newest
        query.count = 3
        #expect(try fixture.harness.run(query).entries.isEmpty)
        #expect(try fixture.harness.run(query).next == nil)
        var made: [ReservationID] = []
        for cost in 1...8 {
            made.append(try fixture.made(fixture.admission(.charge, subject, cost: Int64(cost))).id)
        }
        var found: [ReservationID] = []
        var sizes: [Int] = []
        repeat {
            let page = try fixture.harness.run(query)
            #expect(page.tasks.isEmpty)
            found += page.entries.map(\.id)
            sizes.append(page.entries.count)
            query.cursor = page.next ?? 0
            _ = try fixture.made(fixture.admission(.charge, subject))
        } while query.cursor > 0
        #expect(found == made.reversed())
        #expect(sizes == [3, 3, 2])
        query.cursor = 1 << 53
        #expect(try fixture.harness.run(query).next == 8)
    }
}
