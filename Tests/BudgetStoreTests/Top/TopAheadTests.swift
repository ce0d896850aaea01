// A ranking that is asked for while much is on its way into all: it alone is brought up to the
// newest line, and each entry is counted once in every one, whoever takes in what, and in which
// order.

import BudgetModel
import NIOCore
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct TopAheadTests {
    typealias F = PromiseFixture

    private static let users = 1500

    private func query(_ measure: Measure, _ window: CalendarUnit = .month) -> TopQuery {
        TopQuery(tenant: "acme", field: .user, measure: measure, window: window, count: 1000)
    }

    /// What a user spends each time: many as much as others.
    private func cost(_ user: Int) -> Int64 { Int64(user % 7 + 1) }

    private func chargeAll(_ fixture: F, runs: Bool = true) throws {
        let steps = (0..<Self.users).map { user in
            let subject = fixture.subject("u\(user)", run: runs ? "r\(user)" : "r")
            return Step.admit(fixture.admission(.charge, subject, cost: cost(user)))
        }
        #expect(try fixture.harness.perform(steps).allSatisfy(\.isDone))
    }

    /// The head of the ranking, where everybody was charged so often.
    private func expected(_ measure: Measure, times: Int64) -> [TopSpenders.Row] {
        let rows = (0..<Self.users).map { user in
            TopSpenders.Row(
                name: "u\(user)", value: times * (measure == .cost ? cost(user) : 1))
        }
        return Array(rows.sorted { ($0.value, $0.name) > ($1.value, $1.name) }.prefix(1000))
    }

    private func waiting(_ books: RedisBooks) throws -> Int64 {
        try books.ask("LLEN", Keys.rolling(books.prefix)).integer ?? -1
    }

    private func drain(_ fixture: F) throws {
        while try fixture.harness.rollUp("acme", stores: [0]) == [true] {}
    }

    @Test func oneRankingIsAheadAndNothingCountsTwice() throws {
        let fixture = try F([])
        let books = try fixture.books()
        try chargeAll(fixture)
        let first = try fixture.harness.top(query(.cost))
        #expect(first.rows == expected(.cost, times: 1))
        #expect(first.isComplete)
        #expect(first.moment.sequence.number == Int64(Self.users))
        let left = try waiting(books)
        #expect(left > 64, "the others' share is in the list still")
        #expect(try fixture.harness.top(query(.cost)) == first)
        #expect(try waiting(books) == left)
        // Another comes ahead too, and then more for both.
        #expect(try fixture.harness.top(query(.calls)).rows == expected(.calls, times: 1))
        try chargeAll(fixture)
        #expect(try fixture.harness.top(query(.cost)).rows == expected(.cost, times: 2))
        #expect(try waiting(books) > left)
        try drain(fixture)
        #expect(try waiting(books) == 0)
        #expect(try books.keys("ahead") == [])
        for window in TopQuery.windows {
            for measure in [Measure.cost, .calls] {
                let top = try fixture.harness.top(query(measure, window))
                #expect(top.rows == expected(measure, times: 2), "\(measure) \(window)")
            }
        }
        try chargeAll(fixture)
        #expect(try fixture.harness.top(query(.cost)).rows == expected(.cost, times: 3))
    }

    /// Some are taken in behind the back of the one that is ahead.
    @Test func whatIsTakenInMeanwhileIsPassedOver() throws {
        let fixture = try F([], stores: 3)
        let books = try fixture.books()
        for round: Int64 in 1...3 {
            try chargeAll(fixture, runs: round == 1)
            let store = Int(round) % 3
            let top = try fixture.harness.top(query(.cost), store: store)
            #expect(top.rows == expected(.cost, times: round))
            // A part of it, by all at once, each with what the others leave.
            _ = try fixture.harness.rollUp("acme", stores: [0, 1, 2])
            let again = try fixture.harness.top(query(.cost), store: (store + 1) % 3)
            #expect(again.rows == expected(.cost, times: round))
            #expect(
                try fixture.harness.top(query(.calls, .day)).rows == expected(.calls, times: round))
        }
        try drain(fixture)
        for measure in [Measure.cost, .calls] {
            #expect(try fixture.harness.top(query(measure)).rows == expected(measure, times: 3))
        }
        #expect(try books.keys("ahead") == [])
    }

    /// Those who ask for histories, or go through the books, wait for all of it.
    @Test func whoeverNeedsMoreTakesInTheRest() throws {
        let fixture = try F([])
        let books = try fixture.books()
        try chargeAll(fixture)
        _ = try fixture.harness.top(query(.cost))
        #expect(try waiting(books) > 0)
        let history = try fixture.harness.history(
            HistoryQuery(tenant: "acme", field: .user, measure: .cost, window: .day, count: 3))
        #expect(history.rows.map { $0.values.last } == [7, 7, 7])
        #expect(try waiting(books) == 0)
        #expect(try books.keys("ahead") == [])
    }

    /// What is to stop waits for no more than a moment of it; it says that there is more.
    @Test func aSliceOfWhatIsOnItsWayLeavesTheRest() throws {
        let fixture = try F([])
        try chargeAll(fixture)
        _ = try fixture.harness.top(query(.cost))
        let isLeft = try fixture.harness.books { store, completion in
            let pace = RollupWalk.Pace.gentle(until: .now() - .seconds(1))
            store.walk(RollupWalk(tenant: "acme", pace), completion)
        }
        #expect(isLeft)
        try drain(fixture)
        #expect(try fixture.harness.top(query(.calls)).rows == expected(.calls, times: 1))
    }

    @Test(arguments: ["ahead", "top"]) func whatIsBrokenIsTold(_ part: String) throws {
        let fixture = try F([])
        let books = try fixture.books()
        let month = try fixture.harness.top(query(.cost)).window.id
        let key =
            part == "ahead"
            ? Keys.ahead(books.prefix) : Keys.top(books.prefix, .user, .cost, month)
        _ = try books.ask("SET", key, "x")
        try chargeAll(fixture)
        let refusal = #expect(throws: BudgetError.self) { try fixture.harness.top(query(.cost)) }
        #expect(refusal?.code == .internal && refusal?.message.contains(key) == true)
        _ = try books.ask("DEL", key)
        #expect(try fixture.harness.top(query(.cost)).rows == expected(.cost, times: 1))
    }
}
