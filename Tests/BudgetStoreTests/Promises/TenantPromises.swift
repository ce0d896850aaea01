// Promise 13 and names that want to collide.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct TenantPromises {
    typealias F = PromiseFixture

    static let nasty = [
        "{}", "}{", "a}", "{a", "a:b", "a:", ":", "%", "%7b", "%257b", "a,b", "a=b", "|", " ",
        "é", "e\u{301}", "\u{301}", "\u{600}", "Å", "A\u{30a}", "\u{212b}", "👩‍👩‍👧", "\u{200d}",
        "\u{fe0f}",
        "acme", "ACME", "r:", "journal", "w:user=ann:d2027-01-01", "\\", "\"", "'", "*", "?", "[a]",
    ]

    @Test(
        "promise 13: an operation touches its tenant's keys alone",
        arguments: [
            "a", "acme2", "{acme}", "acm", "acme}:w", "e\u{301}",
        ])
    func othersAreLeftAlone(tenant: String) throws {
        let limits = [F.limit(.cost, 100), F.limit(.tasks, 3, per: [.run])]
        let theirs = try F(limits, tenant: tenant == "e\u{301}" ? "é" : "acme")
        let subject = theirs.subject(run: "r", task: "t")
        _ = try theirs.made(theirs.admission(.charge, subject, key: "k1"))
        _ = try theirs.made(theirs.admission(.reserve, subject, key: "k2"))
        let before = try theirs.books().dump(without: [Keys.tenants])
        let ours = try F(limits, tenant: tenant, on: theirs.redis)
        let own = ours.subject(run: "r", task: "t")
        let one = try ours.made(ours.admission(.reserve, own, key: "k1"))
        _ = try ours.made(ours.admission(.reserve, own, key: "k2"))
        _ = try ours.made(ours.admission(.record, own, key: "k3"))
        _ = try ours.harness.perform(.settle(ours.settlement(.commit, one, cost: 9)))
        try ours.advance(by: 3_600_000)
        #expect(try ours.harness.sweep(tenant) == 1)
        var after = try theirs.books().dump(without: [Keys.tenants])
        let prefix = try ours.books().prefix
        for key in after.keys where key.text.utf8.starts(with: prefix.utf8) { after[key] = nil }
        #expect(after == before)
    }

    @Test("promise 13: tenants of nasty names share nothing, in one store")
    func nastyTenants() throws {
        let fixture = try F([F.limit(.cost, 1000)])
        let steps = Self.nasty.enumerated().map { index, tenant -> Step in
            let admission = fixture.admission(.charge, cost: Int64(index + 1), key: "same")
            return .admit(admission.copy(tenant: tenant))
        }
        #expect(try fixture.harness.perform(steps).allSatisfy(\.isDone))
        for (index, tenant) in Self.nasty.enumerated() {
            let books = try RedisBooks(fixture.redis, tenant: tenant)
            let windows = try books.keys("w:")
            #expect(windows.count == 1, "\(tenant)")
            #expect(try books.hash(windows[0])[ExactName("s:cost")] == "\(index + 1)", "\(tenant)")
        }
    }

    @Test("users, tasks and labels of nasty names have counters of their own, and are read back")
    func nastyNames() throws {
        let life = Window.lifetime(idleMilliseconds: nil)
        let fixture = try F([
            F.limit(.cost, 1000), F.limit(.calls, 99, per: [.user, .label("x|y")]),
            F.limit(.tasks, 99, per: [.run], life),
        ])
        let admissions = Self.nasty.enumerated().map { index, name in
            var subject = fixture.subject(name, run: "r", task: name)
            subject[.label("x|y")] = name
            subject[.label("\u{301}" + name)] = "v"
            return fixture.admission(.reserve, subject, cost: Int64(index + 1))
        }
        #expect(try fixture.harness.perform(admissions.map { .admit($0) }).allSatisfy(\.isDone))
        for (index, admission) in admissions.enumerated() {
            let subject = admission.call.subject
            #expect(try fixture.standings(subject).map(\.held).contains(Int64(index + 1)))
            let reservation = try fixture.record(admission.id)
            #expect(reservation.call == admission.call)
            #expect(reservation.accounts == admission.limits.map(\.account))
            let user = try #require(reservation.call.subject.user)
            #expect(ExactName(user) == ExactName(Self.nasty[index]))
            let commit = fixture.settlement(.commit, reservation, cost: 1)
            #expect(try fixture.harness.perform([.settle(commit)])[0].isDone)
        }
        let tasks = try fixture.standings(fixture.subject(run: "r")).map(\.spent)
        #expect(tasks.contains(Int64(Self.nasty.count)))
        let query = RunQuery(tenant: "acme", run: "r", listing: .both, count: 99, cursor: 0)
        let ledger = try fixture.harness.run(query)
        #expect(
            Set(ledger.tasks.map { ExactName($0.name) }) == Set(Self.nasty.map { ExactName($0) }))
    }
}
