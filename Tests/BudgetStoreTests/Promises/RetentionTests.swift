// What is kept, and for how long: a TTL collects garbage and never decides.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct RetentionTests {
    typealias F = PromiseFixture

    static let week: Int64 = 7 * 86_400_000

    @Test("retention: ended records have a life, held ones none")
    func records() throws {
        let fixture = try F([F.limit(.cost, 100)])
        let books = try fixture.books()
        func life(_ reservation: Reservation) throws -> Int64 {
            try books.ask("PTTL", Keys.record(books.prefix, reservation.id.digest)).integer ?? -9
        }
        let held = try fixture.made(fixture.admission(.reserve))
        #expect(try life(held) == -1)
        _ = try fixture.harness.perform(.extend(held, timeToLive: 5))
        #expect(try life(held) == -1)
        let charged = try fixture.made(fixture.admission(.charge))
        let released = try fixture.made(fixture.admission(.reserve))
        _ = try fixture.harness.perform(.settle(fixture.settlement(.release, released)))
        try fixture.advance(by: 3_600_000)
        #expect(try fixture.harness.sweep("acme") == 1)
        for one in [held, charged, released] {
            #expect(try isNear(life(one), Self.week))
        }
    }

    @Test(
        "promise: a window outlives its end, whatever is done in it first",
        arguments: [Window.calendar(.minute), .calendar(.day), .calendar(.month)],
        ["reserve", "charge", "commit", "overrun", "batch"])
    func windows(window: Window, way: String) throws {
        let fixture = try F([F.limit(.cost, 100, window), F.limit(.tokens, 100, window)])
        let books = try fixture.books()
        let first = fixture.admission(way == "charge" ? .charge : .reserve)
        let end = first.limits[0].window.until
        if way == "overrun" {
            try overrun(fixture, first)
        } else if way == "batch" {
            try batch(fixture, first)
        } else {
            let reservation = try fixture.made(first)
            if way == "commit" {
                let commit = fixture.settlement(.commit, reservation, cost: 2)
                _ = try fixture.harness.perform(.settle(commit))
            }
        }
        let key = Keys.window(books.prefix, first.limits[0].scope, first.limits[0].window.id)
        let life = try books.ask("PTTL", key).integer ?? -9
        #expect(isNear(life, end - fixture.now + 2 * Self.week))
    }

    /// A commit that is the first thing in its window.
    private func overrun(_ fixture: F, _ first: Admission) throws {
        let reservation = try fixture.made(first.copy(limits: []))
        let commit = fixture.settlement(.commit, reservation, cost: 2)
        #expect(commit.overrun.count == 2)
        _ = try fixture.harness.perform(.settle(commit))
    }

    /// A settlement before an admission of the same window, in one batch.
    private func batch(_ fixture: F, _ first: Admission) throws {
        let reservation = try fixture.made(first)
        let steps: [Step] = [
            .settle(fixture.settlement(.commit, reservation, cost: 2)),
            .admit(fixture.admission(.charge)),
        ]
        #expect(try fixture.harness.perform(steps).allSatisfy(\.isDone))
    }

    @Test("retention: a late commit into a window that is gone makes one that goes again")
    func goneWindow() throws {
        let fixture = try F([F.limit(.cost, 100)])
        let books = try fixture.books()
        let reservation = try fixture.made(fixture.admission(.reserve))
        try fixture.advance(by: 3_600_000)
        _ = try fixture.harness.sweep("acme")
        let window = try #require(try books.keys("w:").first)
        _ = try books.ask("DEL", window)
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, reservation, cost: 2)))
        #expect(try books.hash(window)[ExactName("s:cost")] == "2")
        #expect(try isNear(books.ask("PTTL", window).integer ?? -9, 2 * Self.week))
    }

    @Test("retention: a run's ledger has an expiry")
    func runs() throws {
        let fixture = try F([])
        let books = try fixture.books()
        _ = try fixture.made(fixture.admission(.charge, fixture.subject(run: "r", task: "t")))
        let run = Keys.run(books.prefix, "r")
        for key in [run, Keys.tasks(ofRun: run), Keys.entries(ofRun: run)] {
            #expect(try isNear(books.ask("PTTL", key).integer ?? -9, 30 * 86_400_000), "\(key)")
        }
    }

    @Test("promise: a lifetime in use does not expire", arguments: [nil, 3_600_000 as Int64])
    func lifetimes(idle: Int64?) throws {
        let window = Window.lifetime(idleMilliseconds: idle)
        let fixture = try F([F.limit(.cost, 1000, per: [.run], window)])
        try fixture.harness.adopt(Policy(keep: Retention(runsMs: 600_000, lateCommitMs: 0)))
        let books = try fixture.books()
        let keep = idle.map { $0 + Self.week } ?? 600_000
        for _ in 0..<8 {
            _ = try fixture.made(fixture.admission(.charge, fixture.subject(run: "r")))
            let key = try #require(try books.keys("w:").first)
            #expect(try books.ask("PTTL", key).integer ?? -9 > keep * 7 / 8 - 10_000)
            // As if the time had gone by for Redis, too.
            let left = try books.ask("PTTL", key).integer ?? 0
            _ = try books.ask("PEXPIRE", key, "\(left - 100_000)")
            try fixture.advance(by: 100_000)
        }
    }

    @Test(
        "promise: what is held in a run's last hour outlives the hold", arguments: [1, 4])
    func lastHour(reservations: Int) throws {
        let window = Window.lifetime(idleMilliseconds: nil)
        let fixture = try F([F.limit(.cost, 1000, per: [.run], window)])
        try fixture.harness.adopt(Policy(keep: Retention(runsMs: 600_000, lateCommitMs: 0)))
        let books = try fixture.books()
        _ = try fixture.made(fixture.admission(.reserve, fixture.subject(run: "r")))
        let key = try #require(try books.keys("w:").first)
        #expect(try isNear(books.ask("PTTL", key).integer ?? -9, 600_000))
        // As if the time had gone by for Redis, too.
        try fixture.advance(by: 595_000)
        _ = try books.ask("PEXPIRE", key, "5000")
        let steps = (0..<reservations).map { _ in
            Step.admit(fixture.admission(.reserve, fixture.subject(run: "r")))
        }
        #expect(try fixture.harness.perform(steps).allSatisfy(\.isDone))
        #expect(try isNear(books.ask("PTTL", key).integer ?? -9, 600_000))
    }

    @Test("retention: what a user has for life is kept for ever")
    func forEver() throws {
        let fixture = try F([F.limit(.cost, 100, .lifetime(idleMilliseconds: nil))])
        let books = try fixture.books()
        _ = try fixture.made(fixture.admission(.charge))
        let key = try #require(try books.keys("w:").first)
        #expect(try books.ask("PTTL", key).integer == -1)
    }

    /// As long, less what has passed since.
    private func isNear(_ life: Int64, _ expected: Int64) -> Bool {
        life <= expected && life > expected - 20_000
    }
}
