// Values of what moves with time that are not as the script writes them: slots and beginnings of
// rolling windows, levels of buckets, the beginning of a life, the charge of an expiry.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct BrokenMovingTests {
    typealias F = PromiseFixture

    private static let all: Set = ["reserve", "charge", "record", "check", "usage", "commit"]
    private static let hour: Int64 = 3_600_000
    private static let rolling = Window.rolling(milliseconds: hour)

    /// A field, `old` being a slot that has left and `now` the present one; who fails.
    static let fields: [(name: String, failing: Set<String>)] = [
        ("oldest", all), ("r:cost:old", all), ("u:cost", all), ("s:cost", all),
        ("r:cost:now", ["charge", "record", "commit"]),
    ]

    @Test(arguments: fields, BrokenValueTests.noNumbers)
    func rolling(field: (name: String, failing: Set<String>), value: String) throws {
        // What was spent may be taken back later, so that a slot can be below 0.
        if field.name.hasPrefix("r:"), value == "-5" { return }
        for together in [false, true] {
            let (books, key) = try rolled()
            _ = try books.fixture.redis.command("HSET", key, name(field.name, books), value)
            try books.expect(failing: field.failing, together: together)
        }
    }

    @Test("a counter that can't be read keeps its slots; others of its window go on")
    func slots() throws {
        let (books, key) = try rolled()
        let old = name("r:cost:old", books)
        _ = try books.fixture.redis.command("HSET", key, old, "many")
        let charge = books.fixture.admission(.charge, cost: 2)
        let tokens = charge.limits.filter { $0.limit.measure == .tokens }
        #expect(try books.fixture.harness.perform([.admit(charge.copy(limits: tokens))])[0].isDone)
        _ = try books.fixture.redis.command("HSET", key, old, "7")
        let standings = try books.fixture.standings()
        #expect(standings.map(\.spent) == [0, 1])
    }

    /// A charge that is about to leave, and an hour and two minutes.
    private func rolled() throws -> (BrokenBooks, key: String) {
        let books = try BrokenBooks([
            F.limit(.cost, 1000, Self.rolling), F.limit(.tokens, 1000, Self.rolling),
            F.limit(.calls, 1000, per: [.session]),
        ])
        _ = try books.fixture.made(books.fixture.admission(.charge, cost: 7))
        try books.fixture.advance(by: Self.hour + 120_000)
        return (books, try books.key("window"))
    }

    private func name(_ field: String, _ books: BrokenBooks) -> String {
        let slot = books.fixture.now / 60_000
        return field.replacing("old", with: field == "oldest" ? "old" : String(slot - 62))
            .replacing("now", with: String(slot))
    }

    @Test(
        arguments: [
            "", "5", "5 x", "-1 5", "5 5 5", "99999999999999999999 5", "5 9007199254740993",
        ], [false, true])
    func buckets(value: String, together: Bool) throws {
        let flow = Window.Flow(amount: 1, per: 1000)
        let books = try BrokenBooks([
            F.limit(.cost, 1000, .bucket(flow)), F.limit(.calls, 1000, per: [.session]),
        ])
        _ = try books.fixture.redis.command("HSET", books.key("window"), "u:cost", value)
        try books.expect(failing: Self.all, together: together)
    }

    @Test("a late commit needs to know what its expiry charged, and in which life")
    func charges() throws {
        let books = try BrokenBooks([F.limit(.cost, 1000, .lifetime(idleMilliseconds: 9_000_000))])
        let fixture = books.fixture
        try fixture.advance(by: Self.hour)
        let expiry = Settlement(
            kind: .expireCharged, reservation: books.reservation, call: books.reservation.call)
        #expect(try fixture.harness.perform([.settle(expiry)])[0].isDone)
        let expired = try fixture.record(books.reservation.id)
        let commit = Step.settle(fixture.settlement(.commit, expired, cost: 8))
        func fails() throws -> Bool {
            let before = try fixture.books().dump()
            guard case .failure(let error) = try fixture.harness.perform([commit])[0] else {
                return false
            }
            return try error.code == .internal && fixture.books().dump() == before
        }
        let (window, record) = (try books.key("window"), try books.key("record"))
        for born in ["", "many", "1", "1-", "0-x"] {
            _ = try fixture.redis.command("HSET", window, "born", born)
            #expect(try fails(), "born \(born)")
        }
        _ = try fixture.redis.command("HDEL", window, "born")
        _ = try fixture.redis.command("HSET", window, "q:cost", "many")
        #expect(try fails())
        _ = try fixture.redis.command("HDEL", window, "q:cost")
        let text = try fixture.redis.command("GET", record).string ?? ""
        for broken in ["\nFx 5 D", "\nF0-2 D", "\nF0-2 5 E", "\nF0 5 D", "\n"] {
            let spoilt = text.replacing(/\nF.* D/, with: broken)
            _ = try fixture.redis.command("SET", record, spoilt)
            #expect(try fails(), "\(broken)")
        }
        _ = try fixture.redis.command("SET", record, text)
        #expect(try fixture.harness.perform([commit])[0].isDone)
        #expect(try fixture.standings().map(\.spent) == [8])
    }
}
