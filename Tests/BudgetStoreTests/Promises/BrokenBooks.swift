// Books in which something has been spoilt, and one step of each kind to meet it: those that need
// it must fail, told as a fault of the data, and change nothing; the others must go on.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

struct BrokenBooks {
    let fixture: PromiseFixture
    /// Made before anything is spoilt.
    let reservation: Reservation
    private let subject: Subject
    private let steps: [(name: String, step: Step)]

    /// - Parameter limits: a limit per session is one of another scope.
    init(_ limits: [Limit]) throws {
        fixture = try PromiseFixture(limits)
        subject = fixture.subject(run: "r", task: "t")
        let made = fixture.admission(.reserve, subject, cost: 10)
        reservation = try fixture.made(made)
        var other = Subject(tenant: fixture.tenant)
        other.session = "s"
        steps = [
            ("reserve", .admit(fixture.admission(.reserve, subject))),
            ("charge", .admit(fixture.admission(.charge, subject))),
            ("record", .admit(fixture.admission(.record, subject))),
            ("check", .admit(fixture.admission(.check, subject))),
            ("usage", fixture.usage(subject)),
            ("status", .status(reservation.id)),
            ("again", .admit(made)),
            ("extend", .extend(reservation, timeToLive: 99_000)),
            ("other", .admit(fixture.admission(.charge, other))),
            ("commit", .settle(fixture.settlement(.commit, reservation, cost: 8))),
        ]
    }

    static let everything: Set<String> = [
        "reserve", "charge", "record", "check", "usage", "status", "again", "extend", "other",
        "commit",
    ]

    /// The keys that the reservation and its run touch, by what they are.
    func key(_ what: String) throws -> String {
        let prefix = Keys.prefix(fixture.tenant)
        let account = reservation.accounts[0]
        let run = Keys.run(prefix, "r")
        let keys = [
            "window": Keys.window(prefix, account.scope, account.window),
            "record": Keys.record(prefix, reservation.id.digest), "holds": Keys.holds(prefix),
            "steering": Keys.steering(prefix), "journal": Keys.journal(prefix), "run": run,
            "tasks": Keys.tasks(ofRun: run), "entries": Keys.entries(ofRun: run),
        ]
        return try #require(keys[what])
    }

    /// Carries the steps out, in one batch or one by one; then those that failed once more.
    ///
    /// - Parameter key: what each failure has to name.
    func expect(failing: Set<String>, naming key: String = "", together: Bool) throws {
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
        #expect(failed == failing)
        if failed.count == steps.count { #expect(try fixture.books().dump() == before) }
        for (name, step) in steps where failing.contains(name) {
            let standing = try fixture.books().dump()
            guard case .failure(let error) = try fixture.harness.perform([step])[0] else {
                Issue.record("\(name) is answered")
                continue
            }
            #expect(error.code == .internal, "\(name): \(error.message)")
            #expect(key.isEmpty || error.message.hasSuffix("(\(key))"), "\(name): \(error.message)")
            #expect(try fixture.books().dump() == standing)
        }
    }
}
