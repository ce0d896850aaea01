// How long rankings are kept, what a journal may lose, and what broken keys do.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct TopKeepingTests {
    typealias F = PromiseFixture

    static let day: Int64 = 86_400_000

    private func top(_ fixture: F, _ window: CalendarUnit = .month) throws -> TopSpenders {
        try fixture.harness.top(
            TopQuery(
                tenant: "acme", field: .user, measure: .cost, window: window, count: 10))
    }

    private func charge(_ fixture: F, _ user: String = "ann", cost: Int64) throws {
        let admission = fixture.admission(.charge, fixture.subject(user), cost: cost)
        _ = try fixture.harness.perform(.admit(admission))
    }

    private func journal(_ books: RedisBooks) throws -> Int64 {
        try books.ask("XLEN", Keys.journal(books.prefix)).integer ?? -1
    }

    @Test func noDecisionPaysForThem() throws {
        let fixture = try F([F.limit(.cost, 100)])
        let books = try fixture.books()
        let held = try fixture.made(fixture.admission(.reserve))
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, held, cost: 3)))
        let before = try books.dump()
        #expect(try books.keys("top:") == [])
        #expect(try books.keys("rolled") == [])
        _ = try top(fixture)
        let own = try books.keys("top:") + books.keys("rolled")
        #expect(own.count > 1)
        #expect(try books.dump(without: own) == before, "and they touch nothing else")
    }

    @Test func howLongARankingOutlivesItsWindow() throws {
        let fixture = try F([])
        let books = try fixture.books()
        let subject = fixture.subject("ann", run: "r")
        _ = try fixture.harness.perform(.admit(fixture.admission(.charge, subject, cost: 1)))
        let hour: Int64 = 3_600_000
        for (field, window, kept) in [
            (TopField.user, CalendarUnit.hour, 24 * hour), (.user, .day, 14 * Self.day),
            (.user, .week, 0), (.user, .month, 0), (.run, .hour, 24 * hour), (.run, .day, 0),
            (.tenant, .day, 14 * Self.day),
        ] {
            let found = try top(fixture, window)
            let key = Keys.top(books.prefix, field, .cost, found.window.id)
            let life = try books.ask("PTTL", key).integer ?? -9
            let expected = found.window.until + kept + hour - fixture.now
            #expect((expected - 20_000...expected).contains(life), "\(key)")
        }
    }

    /// A daemon that comes late makes no rankings that nobody can ask for.
    @Test func windowsThatAreOverAreLeftOut() throws {
        let fixture = try F([])
        let books = try fixture.books()
        try charge(fixture, cost: 1)
        try fixture.advance(by: 400 * Self.day)
        try charge(fixture, "bob", cost: 2)
        #expect(try top(fixture).rows == [.init(name: "bob", value: 2)])
        let users = try books.keys("top:user:cost:")
        #expect(users.count == 4, "\(users)")
        #expect(try books.ask("HGET", Keys.rolled(books.prefix), "seq").string == "0-2")
    }

    @Test func theJournalKeepsWhatIsNotInThem() throws {
        let fixture = try F([])
        let books = try fixture.books()
        try fixture.harness.adopt(Policy(keep: Retention(journalMs: 1000)))
        for _ in 0..<3 { try charge(fixture, cost: 2) }
        try fixture.advance(by: 5000)
        try fixture.harness.trim("acme")
        #expect(try journal(books) == 3, "nothing was rolled up")
        #expect(try fixture.harness.rollUp("acme", stores: [0]) == [false])
        try charge(fixture, cost: 2)
        try fixture.advance(by: 5000)
        try fixture.harness.trim("acme")
        #expect(try journal(books) == 1, "the newest stays always")
        #expect(try top(fixture).rows == [.init(name: "ann", value: 8)])
        #expect(try top(fixture).isComplete)
    }

    @Test func entriesThatAreGoneAreToldOf() throws {
        let fixture = try F([])
        let books = try fixture.books()
        for _ in 0..<3 { try charge(fixture, cost: 2) }
        #expect(try top(fixture).isComplete)
        for _ in 0..<3 { try charge(fixture, cost: 2) }
        _ = try books.ask("XTRIM", Keys.journal(books.prefix), "MAXLEN", "1")
        let found = try top(fixture)
        #expect(found.rows == [.init(name: "ann", value: 8)])
        #expect(!found.isComplete)
        try fixture.advance(by: 7_200_000)
        #expect(try top(fixture, .hour).isComplete, "the hour began behind them")
        #expect(try !top(fixture, .day).isComplete)
    }

    @Test func aJournalThatWasTrimmedBeforeTheFirstTimeIsToldOf() throws {
        let fixture = try F([])
        let books = try fixture.books()
        for _ in 0..<3 { try charge(fixture, cost: 2) }
        _ = try books.ask("XTRIM", Keys.journal(books.prefix), "MAXLEN", "2")
        #expect(try !top(fixture).isComplete)
    }

    @Test func aLineThatCannotBeReadStopsNothing() throws {
        let fixture = try F([])
        let books = try fixture.books()
        try charge(fixture, cost: 2)
        _ = try books.ask(
            "XADD", Keys.journal(books.prefix), "0-2", "at", "\(fixture.now)", "k", "C\tnonsense")
        try charge(fixture, cost: 3)
        let found = try top(fixture)
        #expect(found.rows == [.init(name: "ann", value: 5)])
        #expect(!found.isComplete)
        #expect(found.moment.sequence.number == 3)
    }

    @Test func aBrokenRankingHarmsNoOther() throws {
        let fixture = try F([])
        let books = try fixture.books()
        let month = try top(fixture).window.id
        let broken = Keys.top(books.prefix, .user, .cost, month)
        _ = try books.ask("SET", broken, "x")
        try charge(fixture, cost: 2)
        #expect(throws: BudgetError.self) { try top(fixture) }
        #expect(try top(fixture, .day).rows == [.init(name: "ann", value: 2)])
        _ = try books.ask("DEL", broken)
        try charge(fixture, cost: 3)
        #expect(try top(fixture).rows == [.init(name: "ann", value: 3)])
        #expect(try top(fixture, .day).rows == [.init(name: "ann", value: 5)])
        #expect(try !top(fixture).isComplete)
    }

    /// What is not rolled up can't leave the journal, so that must go on when memory is used up.
    @Test func theyGoOnWhenMemoryIsUsedUp() throws {
        let fixture = try F([])
        let books = try fixture.books()
        try charge(fixture, cost: 2)
        _ = try books.ask("CONFIG", "SET", "maxmemory", "1000")
        #expect(throws: BudgetError.self) { try charge(fixture, cost: 2) }
        #expect(try top(fixture).rows == [.init(name: "ann", value: 2)])
    }
}
