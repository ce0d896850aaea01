// What was spent window by window. That the sums are right is for the random histories to show.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct SpendHistoryTests {
    typealias F = PromiseFixture

    private static let hour: Int64 = 3_600_000

    private func query(
        _ field: TopField = .user, _ window: CalendarUnit = .hour, of name: String? = nil,
        count: Int = 5
    ) -> HistoryQuery {
        HistoryQuery(
            tenant: "acme", field: field, measure: .cost, window: window, name: name, count: count)
    }

    private func charge(_ fixture: F, _ user: String, cost: Int64) throws {
        let admission = fixture.admission(.charge, fixture.subject(user, run: "r"), cost: cost)
        _ = try fixture.harness.perform(.admit(admission))
    }

    /// `ann 0:5 23:1`: a name, and what it spent so many windows ago.
    private func rows(_ history: SpendHistory) -> [String] {
        history.rows.map { row in
            let spent = row.values.reversed().enumerated().filter { $0.element != 0 }
            return ([row.name] + spent.map { "\($0.offset):\($0.element)" })
                .joined(separator: " ")
        }
    }

    @Test func windowByWindow() throws {
        let fixture = try F([])
        #expect(rows(try fixture.harness.history(query())) == [])
        try charge(fixture, "ann", cost: 3)
        try fixture.advance(by: Self.hour)
        try charge(fixture, "bob", cost: 5)
        try fixture.advance(by: 23 * Self.hour)
        try charge(fixture, "ann", cost: 4)
        let hours = try fixture.harness.history(query())
        #expect(rows(hours) == ["ann 0:4 24:3", "bob 23:5"])
        #expect(hours.windows.count == 25)
        #expect(hours.windows.last?.contains(fixture.now) == true)
        #expect(hours.isComplete && hours.moment.sequence.number == 3)
        let days = try fixture.harness.history(query(.user, .day))
        #expect(rows(days) == ["ann 0:4 1:3", "bob 1:5"])
        #expect(days.windows.count == 15)
        #expect(rows(try fixture.harness.history(query(.tenant))) == ["acme 0:4 23:5 24:3"])
        #expect(rows(try fixture.harness.history(query(.run))) == ["r 0:4 23:5 24:3"])
        #expect(rows(try fixture.harness.history(query(of: "bob"))) == ["bob 23:5"])
        #expect(rows(try fixture.harness.history(query(of: "nobody"))) == ["nobody"])
        #expect(rows(try fixture.harness.history(query(count: 1))) == ["ann 0:4 24:3"])
        try fixture.advance(by: Self.hour)
        #expect(rows(try fixture.harness.history(query())) == ["bob 24:5", "ann 1:4"])
    }

    /// A daemon that comes late makes the rankings of windows that are over, as far as they are
    /// kept.
    @Test func whatIsRolledUpLateIsInIt() throws {
        let fixture = try F([])
        try charge(fixture, "old", cost: 1)
        try fixture.advance(by: 20 * 24 * Self.hour)
        try charge(fixture, "ann", cost: 3)
        try fixture.advance(by: 5 * Self.hour)
        #expect(rows(try fixture.harness.history(query())) == ["ann 5:3"])
        #expect(rows(try fixture.harness.history(query(.user, .day))) == ["ann 0:3"])
        let books = try fixture.books()
        #expect(try books.keys("top:run:cost:h").count == 1)
        #expect(try books.keys("top:user:cost:d").count == 1)
    }

    @Test func entriesThatAreGoneAreToldOf() throws {
        let fixture = try F([])
        let books = try fixture.books()
        for _ in 0..<3 { try charge(fixture, "ann", cost: 2) }
        #expect(try fixture.harness.history(query()).isComplete)
        for _ in 0..<3 { try charge(fixture, "ann", cost: 2) }
        _ = try books.ask("XTRIM", Keys.journal(books.prefix), "MAXLEN", "1")
        #expect(try !fixture.harness.history(query()).isComplete)
        try fixture.advance(by: 26 * Self.hour)
        #expect(try fixture.harness.history(query()).isComplete)
        #expect(try !fixture.harness.history(query(.user, .day)).isComplete)
    }

    @Test func aBrokenRankingIsToldAndHarmsNoOther() throws {
        let fixture = try F([])
        let books = try fixture.books()
        try charge(fixture, "ann", cost: 2)
        let windows = try fixture.harness.history(query()).windows
        let broken = Keys.top(books.prefix, .user, .cost, windows[3].id)
        _ = try books.ask("SET", broken, "x")
        for name in [nil, "ann"] {
            #expect(throws: BudgetError.self) {
                try fixture.harness.history(query(of: name))
            }
        }
        #expect(rows(try fixture.harness.history(query(.user, .day))) == ["ann 0:2"])
    }
}
