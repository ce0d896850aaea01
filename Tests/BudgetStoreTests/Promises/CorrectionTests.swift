// Corrections of counters that are not as the entries say: the entries are the truth, what is
// decided between the look and the act stays counted, and what can't be told is left alone.

import BudgetModel
import RESP
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct CorrectionTests {
    typealias F = PromiseFixture

    private static let windows: [Window] = [
        .calendar(.day), .lifetime(idleMilliseconds: nil), .lifetime(idleMilliseconds: 86_400_000),
        .rolling(milliseconds: 3_600_000),
    ]

    /// What a limit stands at, and the tools to break and mend it.
    struct House {
        let fixture: F
        let key: String
        private let books: RedisBooks

        init(_ window: Window, _ measure: Measure = .cost) throws {
            fixture = try F([F.limit(measure, 100, window)])
            let planned = fixture.admission(.check).limits[0]
            key = Keys.window(Keys.prefix("acme"), planned.scope, planned.window.id)
            books = try fixture.books()
        }

        @discardableResult
        func ask(_ words: String...) throws -> Int64? {
            try books.connection.command(words).integer
        }

        /// 20 spent and 7 held.
        func work() throws {
            _ = try fixture.made(fixture.admission(.charge, cost: 15))
            _ = try fixture.made(fixture.admission(.reserve, cost: 7))
            try fixture.advance(by: 60_000)
            _ = try fixture.made(fixture.admission(.charge, cost: 5))
        }

        func standing() throws -> String {
            let standing = try fixture.standings()[0]
            return "\(standing.spent) \(standing.held)"
        }

        func find() throws -> Findings { try fixture.harness.verify("acme", at: fixture.now) }

        func act(_ correction: Correction, key: String = "act") throws -> Act {
            let scope = try fixture.harness.onStore {
                $0.scope(ofCounters: correction.key, tenant: "acme")
            }
            return Act(
                id: ReservationID(tenant: "acme", digest: F.digest(key)), bodyDigest: key,
                actor: "admin", reason: "a flipped bit", scope: try #require(scope), limit: nil,
                change: .correct(correction))
        }

        func repair() throws {
            for (index, correction) in try find().corrections.enumerated() {
                _ = try fixture.harness.perform(act(correction, key: "act\(index)"))
            }
        }

        func code(_ act: Act) throws -> BudgetError.Code? {
            do {
                _ = try fixture.harness.perform(act)
                return nil
            } catch let error as BudgetError {
                return error.code
            }
        }

        func dump() throws -> [ExactName: RESPValue] { try books.dump() }
    }

    @Test(arguments: windows, [("s:cost", 3), ("s:cost", -9), ("u:cost", 50), ("u:cost", -27)])
    func aFlippedCounterIsSetBack(_ window: Window, _ flip: (field: String, by: Int)) throws {
        let house = try House(window)
        try house.work()
        try house.ask("HINCRBY", house.key, flip.field, "\(flip.by)")
        let findings = try house.find()
        #expect(findings.differences.first?.key == house.key)
        #expect(findings.corrections.count == 1)
        let act = try house.act(try #require(findings.corrections.first))
        let result = try house.fixture.harness.perform(act)
        #expect(try house.standing() == "20 7")
        #expect(try house.find().differences == [])
        // Exactly what is left is let through.
        let allowed = house.fixture.admission(.charge, cost: 73)
        #expect(try house.fixture.harness.perform(.admit(allowed)).result.isAllowed)
        let audit = try house.fixture.harness.audit("acme", count: 5, before: nil).elements
            .compactMap(\.entry)
        #expect(audit.map(\.action) == ["correct"])
        #expect(audit[0].scope == "user=ann" && audit[0].reason == "a flipped bit")
        #expect(audit[0].before == result.before && audit[0].after == result.after)
        #expect(result.before != result.after)
        let again = try house.fixture.harness.perform(act)
        #expect(again.isReplay && again.after == result.after)
        #expect(try house.find().differences == [])
    }

    /// What is spoilt under a hold is flagged when the hold ends; the flag hides nothing, and goes
    /// with the correction.
    @Test(
        arguments: windows,
        [["HINCRBY", "KEY", "s:cost", "8"], ["DEL", "KEY"], ["HSET", "KEY", "flagged", "0"]])
    func anUnexplainedFlagIsTakenAway(_ window: Window, _ spoil: [String]) throws {
        let house = try House(window)
        _ = try house.fixture.made(house.fixture.admission(.charge, cost: 15))
        let held = try house.fixture.made(house.fixture.admission(.reserve, cost: 7))
        let words = spoil.map { $0 == "KEY" ? house.key : $0 }
        _ = try house.fixture.books().connection.command(words)
        let end = house.fixture.settlement(
            spoil[0] == "DEL" ? .release : .commit, held, cost: spoil[0] == "DEL" ? 0 : 5)
        _ = try house.fixture.harness.perform(.settle(end))
        let found = try house.find()
        #expect(found.differences.first?.field == "flagged", "\(found)")
        #expect(found.corrections.count == 1)
        try house.repair()
        #expect(try house.standing() == (spoil[0] == "DEL" ? "15 0" : "20 0"))
        #expect(try house.find().differences == [])
        #expect(try house.fixture.redis.command("HGET", house.key, "flagged").isNull)
        #expect(try house.find().notes == [])
    }

    @Test func whatIsDecidedMeanwhileStays() throws {
        let house = try House(.calendar(.day))
        try house.work()
        try house.ask("HINCRBY", house.key, "s:cost", "6")
        try house.ask("HINCRBY", house.key, "u:cost", "6")
        let correction = try #require(try house.find().corrections.first)
        let held = try house.fixture.made(house.fixture.admission(.reserve, cost: 11))
        _ = try house.fixture.made(house.fixture.admission(.charge, cost: 2))
        #expect(try house.code(house.act(correction)) == nil)
        #expect(try house.standing() == "22 18")
        let commit = house.fixture.settlement(.commit, held, cost: 4)
        _ = try house.fixture.harness.perform(.settle(commit))
        #expect(try house.standing() == "26 7")
        #expect(try house.find().differences == [])
    }

    /// Nothing is done, and nothing written, where the difference is of something that is no more.
    @Test(arguments: ["reset", "correct", "flip", "delete", "new life"])
    func whatIsNoMoreIsNotCorrected(_ event: String) throws {
        let house = try House(
            event == "new life" ? .lifetime(idleMilliseconds: 1000) : .calendar(.day))
        _ = try house.fixture.made(house.fixture.admission(.charge, cost: 15))
        let isNumber = event != "flip"
        try house.ask("HSET", house.key, "s:cost", isNumber ? "14" : "x")
        let correction = try #require(try house.find().corrections.first)
        switch event {
        case "reset":
            let planned = house.fixture.admission(.check).limits[0]
            let reset = Act(
                id: ReservationID(tenant: "acme", digest: F.digest("reset")), bodyDigest: "r",
                actor: "admin", reason: "why", scope: planned.scope, limit: planned.limit,
                change: .reset(window: planned.window))
            _ = try house.fixture.harness.perform(reset)
        case "correct": _ = try house.fixture.harness.perform(house.act(correction, key: "other"))
        case "flip": try house.ask("HSET", house.key, "s:cost", "y")
        case "delete": try house.ask("DEL", house.key)
        default:
            try house.ask("HSET", house.key, "u:cost", "14")
            try house.fixture.advance(by: 5000)
            _ = try house.fixture.made(house.fixture.admission(.charge, cost: 15))
        }
        let before = try house.dump()
        #expect(try house.code(house.act(correction)) == .conflict)
        #expect(try house.dump() == before)
    }

    @Test(arguments: windows, [Measure.cost, .inFlight])
    func aHashThatIsGoneComesBack(_ window: Window, _ measure: Measure) throws {
        if measure == .inFlight, window != .lifetime(idleMilliseconds: nil) { return }
        let house = try House(window, measure)
        try house.work()
        let before = try house.standing()
        let life = try house.ask("PTTL", house.key)
        try house.ask("DEL", house.key)
        #expect(try house.standing() == "0 0")
        #expect(try house.find().differences.map(\.key) == [house.key])
        try house.repair()
        #expect(try house.standing() == before)
        #expect(try house.find().differences == [])
        #expect((try house.ask("PTTL", house.key) ?? 0 > 0) == (life ?? 0 > 0))
        // What is in the window leaves it as if nothing had been.
        if case .rolling(let length) = window {
            try house.fixture.advance(by: length + length / 30)
            #expect(try house.standing() == "0 7")
            _ = try house.fixture.made(house.fixture.admission(.charge, cost: 93))
            #expect(try house.find().differences == [])
        }
    }

    @Test func totalsOfARun() throws {
        let fixture = try F([])
        let subject = fixture.subject(run: "r", task: "a b")
        _ = try fixture.made(fixture.admission(.charge, subject, cost: 15))
        let key = Keys.run(Keys.prefix("acme"), "r")
        let redis = try fixture.books().connection
        for spoil in [
            ["HINCRBY", key, "tokens:a%20b", "4"], ["HDEL", key, "s:cost"], ["DEL", key],
        ] {
            _ = try redis.command(spoil)
            let found = try fixture.harness.verify("acme", at: fixture.now).corrections
            #expect(found.map(\.key) == [key])
            for correction in found {
                let scope = try fixture.harness.onStore {
                    $0.scope(ofCounters: key, tenant: "acme")
                }
                let act = Act(
                    id: ReservationID(tenant: "acme", digest: F.digest("a\(spoil[0])")),
                    bodyDigest: "d", actor: "admin", reason: "why", scope: try #require(scope),
                    limit: nil, change: .correct(correction))
                _ = try fixture.harness.perform(act)
            }
            #expect(try fixture.harness.verify("acme", at: fixture.now).differences == [])
        }
        #expect(try redis.command(["PTTL", key]).integer ?? 0 > 0)
    }

    @Test(arguments: ["x", "1.5", "-", "007", "9007199254740992"])
    func whatIsNoNumberIsReplaced(_ text: String) throws {
        for field in ["s:cost", "u:cost"] {
            let house = try House(.calendar(.day))
            try house.work()
            try house.ask("HSET", house.key, field, text)
            try house.repair()
            // A dash stands for what is missing, and is left.
            #expect(try house.find().differences.isEmpty == (text != "-"), "\(field)")
            if text != "-" { #expect(try house.standing() == "20 7") }
        }
    }

    /// A reset took more than was ever entered: the counter is right, the ledger is short.
    @Test func aResetOfWhatWasNeverEntered() throws {
        let house = try House(.calendar(.day))
        try house.work()
        for field in ["s:cost", "u:cost"] { try house.ask("HINCRBY", house.key, field, "9") }
        let planned = house.fixture.admission(.check).limits[0]
        let reset = Act(
            id: ReservationID(tenant: "acme", digest: F.digest("reset")), bodyDigest: "r",
            actor: "admin", reason: "why", scope: planned.scope, limit: planned.limit,
            change: .reset(window: planned.window))
        _ = try house.fixture.harness.perform(reset)
        #expect(try house.find().differences.first?.expected == -9)
        _ = try house.fixture.made(house.fixture.admission(.charge, cost: 3))
        try house.repair()
        #expect(try house.standing() == "3 7")
        #expect(try house.find().differences == [])
    }

    /// Promise 5 holds whatever an administrator sends.
    @Test(arguments: [
        "s:cost 20 28 0 u:cost 27 27 0", "u:cost 27 19 0", "s:cost 20 9007199254740991 0",
        "s:cost 20 -5 0", "x:cost 0 -1 0", "flagged 1 0 0", "flagged - 0 0", "flagged 0 1 0",
        "s:cost 20 21 0 s:cost 20 21 0",
    ])
    func whatDoesNotAddUpIsRefused(_ changes: String) throws {
        let house = try House(.calendar(.day))
        try house.work()
        let correction = Correction(
            key: house.key, changes: try #require(Correction.changes(changes)),
            asOf: Sequence(epoch: 0, number: 3))
        let before = try house.dump()
        #expect(try house.code(house.act(correction)) == .conflict)
        #expect(try house.dump() == before)
    }

    /// A trimmed journal tells the least: what is held is set right, what is spent is left.
    @Test func whatTheJournalCannotTellIsLeft() throws {
        let house = try House(.lifetime(idleMilliseconds: nil))
        _ = try house.fixture.made(house.fixture.admission(.charge, cost: 15))
        _ = try house.fixture.made(house.fixture.admission(.charge, cost: 5))
        _ = try house.fixture.made(house.fixture.admission(.reserve, cost: 7))
        try house.ask("XTRIM", Keys.journal(Keys.prefix("acme")), "MAXLEN", "2")
        try house.ask("HSET", house.key, "s:cost", "4")
        try house.ask("HSET", house.key, "u:cost", "4")
        try house.repair()
        #expect(try house.standing() == "4 7")
        #expect(try house.find().differences.map(\.field) == ["s:cost"])
    }
}

extension StepResult {
    fileprivate var isAllowed: Bool { if case .done = self { true } else { false } }
}
