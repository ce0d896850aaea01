// A subject's ledger out of the journal: what is in it, and how far a page reaches. That nothing is
// left out or told twice is for the random histories to show.

import BudgetModel
import TestSupport
import Testing

@testable import BudgetStore

@Suite struct EntriesTests {
    typealias F = PromiseFixture

    private func query(
        _ user: String?, count: Int = 100, before: Sequence? = nil
    ) -> EntryQuery {
        var subject = Subject(tenant: "acme")
        subject.user = user
        return EntryQuery(
            filter: EventFilter(family: .events, subject: subject), count: count, before: before)
    }

    /// `commit 3`, the newest first.
    private func lines(_ page: EntryPage) -> [String] {
        page.entries.map { event in
            switch event.matter {
            case .call(let call): "\(call.kind.rawValue) \(call.call.amounts.cost)"
            case .act(let act): act.action
            default: "?"
            }
        }
    }

    @Test func whatBecameOfCallsAndWhatWasDoneAboutThem() throws {
        let limit = F.limit(.cost, 100)
        let fixture = try F([limit])
        let empty = try fixture.harness.entries(query("ann"))
        #expect(empty.entries == [] && empty.next == nil && empty.reached == nil)
        let held = try fixture.made(fixture.admission(.reserve, cost: 7))
        let other = try fixture.made(
            fixture.admission(.reserve, fixture.subject("ann2"), cost: 9))
        let released = try fixture.made(fixture.admission(.reserve, cost: 8))
        _ = try fixture.harness.perform(.settle(fixture.settlement(.commit, held, cost: 3)))
        _ = try fixture.harness.perform(.settle(fixture.settlement(.release, released)))
        _ = try fixture.harness.perform(.settle(fixture.settlement(.release, other)))
        for user in ["ann", "bob"] {
            _ = try fixture.harness.perform(
                Act(
                    id: ReservationID(tenant: "acme", digest: F.digest("act " + user)),
                    bodyDigest: "x", actor: "root", reason: "why",
                    scope: try #require(Scope(of: fixture.subject(user), per: [.user])),
                    limit: nil, change: .suspend))
        }
        let page = try fixture.harness.entries(query("ann"))
        #expect(lines(page) == ["suspend", "release 8", "commit 3", "reserve 8", "reserve 7"])
        #expect(page.next == nil && page.reached == fixture.now && !page.isTrimmed)
        #expect(page.moment.sequence.number == 8)
        let all = try fixture.harness.entries(query(nil))
        #expect(all.entries.map(\.moment.sequence.number) == Array((1...8).reversed()))
    }

    @Test func aPageCutsNoStepAndTheNextGoesOnBehindIt() throws {
        let fixture = try F([])
        let steps = (0..<100).map { _ in Step.admit(fixture.admission(.charge, cost: 1)) }
        #expect(try fixture.harness.perform(steps).allSatisfy(\.isDone))
        let books = try fixture.books()
        let length = try books.ask("XLEN", Keys.journal(books.prefix)).integer ?? 0
        #expect(length < 50, "they are batched")
        var found: [Int64] = []
        var next: Sequence?
        repeat {
            let page = try fixture.harness.entries(query("ann", count: 10, before: next))
            #expect((1...10 + Bounds.maxBatch).contains(page.entries.count))
            found += page.entries.map(\.moment.sequence.number)
            next = page.next
        } while next != nil
        #expect(found == Array((1...100).reversed()))
    }

    /// Whoever asks for a rare name waits for a page, and not for the journal.
    @Test func aPageReachesBackSoFarAndNoFurther() throws {
        let fixture = try F([])
        _ = try fixture.harness.perform(.admit(fixture.admission(.charge, cost: 1)))
        let books = try fixture.books()
        for number in 2...4200 {
            _ = try books.ask(
                "XADD", Keys.journal(books.prefix), "0-\(number)", "at", "\(fixture.now)", "k",
                "G\td\t0\tu=bob\t$=1\tpv=v")
        }
        let first = try fixture.harness.entries(query("ann"))
        #expect(first.entries.isEmpty)
        #expect(first.reached == fixture.now)
        #expect(first.next == Sequence(epoch: 0, number: 4200 - 4096 + 1))
        let second = try fixture.harness.entries(query("ann", before: first.next))
        #expect(lines(second) == ["charge 1"] && second.next == nil)
        let beginning = try fixture.harness.entries(
            query(nil, before: Sequence(epoch: 0, number: 0)))
        #expect(beginning.entries.isEmpty && beginning.next == nil)
        _ = try books.ask("XTRIM", Keys.journal(books.prefix), "MAXLEN", "10")
        #expect(try fixture.harness.entries(query("ann")).isTrimmed)
    }
}
