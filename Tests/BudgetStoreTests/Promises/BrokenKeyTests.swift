// Keys of a wrong type: the operations that need them fail and change nothing, others go on.

import BudgetModel
import RESP
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct BrokenKeyTests {
    typealias F = PromiseFixture

    /// Which key is broken, and which of the steps below fail.
    struct Row: Sendable, CustomStringConvertible {
        let description: String
        let failing: Set<String>
    }

    static let rows = [
        Row(
            description: "window",
            failing: ["reserve", "charge", "record", "check", "usage", "commit"]),
        Row(
            description: "number",
            failing: ["reserve", "charge", "record", "check", "usage", "commit"]),
        Row(description: "record", failing: ["commit", "extend", "status"]),
        Row(description: "holds", failing: ["reserve", "commit", "extend"]),
        Row(description: "steering", failing: ["reserve", "charge", "check", "usage", "other"]),
        Row(description: "entries", failing: ["charge", "record", "commit"]),
        Row(description: "tasks", failing: ["charge", "record", "commit"]),
        Row(description: "run", failing: ["charge", "record", "commit"]),
        Row(
            description: "journal",
            failing: [
                "reserve", "charge", "record", "check", "usage", "commit", "extend", "status",
                "other",
            ]),
    ]

    @Test(arguments: rows, [false, true])
    func onlyThoseFailThatNeedIt(row: Row, together: Bool) throws {
        let fixture = try F([F.limit(.cost, 1000), F.limit(.calls, 1000, per: [.session])])
        let subject = fixture.subject(run: "r", task: "t")
        let reservation = try fixture.made(fixture.admission(.reserve, subject, cost: 10))
        try spoil(row.description, fixture, reservation)
        let steps = steps(fixture, subject, reservation)
        let before = try fixture.books().dump()
        var failed: Set<String> = []
        if together {
            let outcomes = try fixture.harness.perform(steps.map(\.step))
            for (step, outcome) in zip(steps, outcomes) {
                if case .failure = outcome { failed.insert(step.name) }
            }
        } else {
            for (name, step) in steps {
                if case .failure = try fixture.harness.perform([step])[0] { failed.insert(name) }
            }
        }
        #expect(failed == row.failing)
        if failed.count == steps.count { #expect(try fixture.books().dump() == before) }
        for (name, step) in steps where row.failing.contains(name) {
            let standing = try fixture.books().dump()
            guard case .failure(let error) = try fixture.harness.perform([step])[0] else {
                Issue.record("\(name) is answered")
                continue
            }
            #expect(error.code == .internal)
            #expect(try fixture.books().dump() == standing)
        }
    }

    /// One of each kind, and one of another scope.
    private func steps(
        _ fixture: F, _ subject: Subject, _ reservation: Reservation
    ) -> [(name: String, step: Step)] {
        var other = Subject(tenant: "acme")
        other.session = "s"
        return [
            ("reserve", .admit(fixture.admission(.reserve, subject))),
            ("charge", .admit(fixture.admission(.charge, subject))),
            ("record", .admit(fixture.admission(.record, subject))),
            ("check", .admit(fixture.admission(.check, subject))),
            ("usage", fixture.usage(subject)),
            ("status", .status(reservation.id)),
            ("extend", .extend(reservation, timeToLive: 99_000)),
            ("other", .admit(fixture.admission(.charge, other))),
            ("commit", .settle(fixture.settlement(.commit, reservation, cost: 8))),
        ]
    }

    private func spoil(_ what: String, _ fixture: F, _ reservation: Reservation) throws {
        let books = try fixture.books()
        let account = reservation.accounts[0]
        let window = Keys.window(books.prefix, account.scope, account.window)
        let run = Keys.run(books.prefix, "r")
        let keys = [
            "window": window, "record": Keys.record(books.prefix, reservation.id.digest),
            "holds": Keys.holds(books.prefix), "steering": Keys.steering(books.prefix),
            "journal": Keys.journal(books.prefix), "run": run, "tasks": Keys.tasks(ofRun: run),
            "entries": Keys.entries(ofRun: run),
        ]
        if what == "number" {
            _ = try books.ask("HSET", window, "u:cost", "many")
        } else {
            let key = try #require(keys[what])
            _ = try books.ask("DEL", key)
            _ = try books.ask("RPUSH", key, "something else")
        }
    }
}
