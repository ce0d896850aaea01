// A hub before a journal that answers when the test says so: what happens between a question and
// its answer.

import BudgetModel
import Testing

@testable import BudgetService

@Suite struct EventHubTests {
    /// A journal whose answers wait.
    private final class Journal: EventPort {
        var newest: Int64 = 0
        var ids: [(Result<BudgetModel.Sequence, BudgetError>) -> Void] = []
        var pages: [(EventQuery, (Result<EventPage, BudgetError>) -> Void)] = []

        func newestEntry(
            tenant: String,
            completion: @escaping (Result<BudgetModel.Sequence, BudgetError>) -> Void
        ) { ids.append(completion) }

        func events(
            _ query: EventQuery, completion: @escaping (Result<EventPage, BudgetError>) -> Void
        ) { pages.append((query, completion)) }

        /// Answers the oldest question for the newest entry.
        func answerID() {
            ids.removeFirst()(.success(.init(epoch: 1, number: newest)))
        }

        /// Answers the oldest question for a page, as the store does: without the calls that nobody
        /// watches then.
        func answerPage(_ events: [Event], hasMore: Bool = false) {
            let (query, completion) = pages.removeFirst()
            let wanted = events.filter { event in
                guard let user = event.subject?.user else { return true }
                return query.interest.takes(user: user)
            }
            completion(
                .success(
                    EventPage(
                        events: wanted, last: events.last?.moment.sequence ?? query.after,
                        hasMore: hasMore)))
        }
    }

    private final class Reader: EventReader {
        var told: [[Int64]] = []
        func room(_ answer: @escaping (Bool) -> Void) { answer(true) }
        func take(_ messages: ArraySlice<EventMessage>, of watch: EventWatch) {
            told.append(messages.map(\.sequence.number))
        }
        func end(_ watch: EventWatch) {}
    }

    private let journal = Journal()
    private let hub: EventHub

    init() { hub = EventHub(port: journal) }

    private func watch(_ user: String?) -> Reader {
        let reader = Reader()
        var subject = Subject(tenant: "acme")
        subject.user = user
        hub.watch(
            EventChannel(EventFilter(family: .events, subject: subject)), reader: reader
        ) { _ in }
        return reader
    }

    private func event(_ number: Int64, _ user: String) -> Event {
        var subject = Subject(tenant: "acme")
        subject.user = user
        let call = PricedCall(
            subject: subject, usage: Usage(), amounts: Amounts(), priceVersion: "",
            bodyDigest: "")
        return Event(
            tenant: "acme", moment: Moment(sequence: .init(epoch: 1, number: number), now: 1),
            matter: .call(
                .init(
                    kind: .charge, id: ReservationID(tenant: "acme", digest: "d\(number)"),
                    call: call)))
    }

    @Test func whoBeginsWhileAPageIsOnItsWayMissesNothingOfIt() {
        let ann = watch("ann")
        journal.answerID()
        hub.tick()
        // Bob's watch begins behind 7; 8 is on the page that was asked for before that was known.
        let bob = watch("bob")
        journal.newest = 7
        journal.answerID()
        journal.answerPage([event(7, "bob"), event(8, "bob"), event(9, "ann")])
        #expect(bob.told == [[8]])
        #expect(ann.told == [[9]])
    }

    @Test func manyPagesAreToldTogether() {
        let ann = watch("ann")
        let all = watch(nil)
        journal.answerID()
        journal.answerID()
        hub.tick()
        for number in 1...3 {
            journal.answerPage([event(Int64(number), "ann")], hasMore: number < 3)
        }
        #expect(ann.told == [[1, 2, 3]])
        #expect(all.told == [[1, 2, 3]])
        hub.tick()
        journal.answerPage((4...303).map { event($0, "bob") }, hasMore: true)
        #expect(all.told.count == 2, "what is a lot is told before it is too much")
        #expect(all.told.last?.count == 300)
        journal.answerPage([event(304, "ann")])
        #expect(ann.told == [[1, 2, 3], [304]])
    }

    @Test func whatNobodyWatchesAnyMoreIsWantedNoMore() {
        let ann = watch("ann")
        var bob: Reader? = watch("bob")
        journal.answerID()
        journal.answerID()
        #expect(bob?.told.isEmpty == true)
        bob = nil
        for _ in 0..<20 {
            hub.tick()
            if !journal.pages.isEmpty, !journal.pages[0].0.interest.takes(user: "bob") {
                break
            }
            while !journal.pages.isEmpty { journal.answerPage([]) }
        }
        let interest = journal.pages.first?.0.interest
        #expect(interest?.takes(user: "bob") == false)
        #expect(interest?.takes(user: "ann") == true)
        #expect(ann.told.isEmpty)
    }
}

extension EventInterest {
    fileprivate func takes(user: String) -> Bool {
        Array(user.utf8).withUnsafeBytes { takes(.user, $0) }
    }
}
