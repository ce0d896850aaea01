// A hub before a journal that answers when the test says so: what happens between a question and
// its answer.

import BudgetModel
import Testing

@testable import BudgetService

@Suite struct EventHubTests {
    /// A journal whose answers wait.
    private final class Journal: EventPort {
        var newest: Int64 = 0
        var ids: [(Result<Moment, BudgetError>) -> Void] = []
        var pages: [(EventQuery, (Result<EventPage, BudgetError>) -> Void)] = []

        func newestEntry(
            tenant: String, completion: @escaping (Result<Moment, BudgetError>) -> Void
        ) { ids.append(completion) }

        func events(
            _ query: EventQuery, completion: @escaping (Result<EventPage, BudgetError>) -> Void
        ) { pages.append((query, completion)) }

        /// Answers the oldest question for the newest entry.
        func answerID() {
            ids.removeFirst()(.success(Moment(sequence: .init(epoch: 1, number: newest), now: 9)))
        }

        /// Answers the oldest question for a page, as the store does: without the calls that nobody
        /// watches then.
        func answerPage(_ events: [Event], hasMore: Bool = false) {
            let (query, completion) = pages.removeFirst()
            let wanted = events.filter(query.interest.takes)
            completion(
                .success(
                    EventPage(
                        events: wanted, last: events.last?.moment.sequence ?? query.after,
                        hasMore: hasMore, looked: events.count)))
        }
    }

    private let journal = Journal()
    private let hub: EventHub

    init() { hub = EventHub(port: journal) }

    private func event(_ number: Int64, _ user: String) -> Event {
        TestJournal.charge(number, user)
    }

    @Test func whoBeginsWhileAPageIsOnItsWayMissesNothingOfIt() {
        let ann = hub.watch("ann")
        journal.answerID()
        hub.tick()
        // Bob's watch begins behind 7; 8 is on the page that was asked for before that was known.
        let bob = hub.watch("bob")
        journal.newest = 7
        journal.answerID()
        journal.answerPage([event(7, "bob"), event(8, "bob"), event(9, "ann")])
        #expect(bob.tellings == [[8]])
        #expect(ann.tellings == [[9]])
    }

    @Test func manyPagesAreToldTogether() {
        let ann = hub.watch("ann")
        journal.answerID()
        hub.tick()
        for number in 1...3 {
            journal.answerPage([event(Int64(number), "ann")], hasMore: number < 3)
        }
        #expect(ann.tellings == [[1, 2, 3]])
    }

    @Test func whatIsALotIsToldBeforeItIsTooMuch() {
        let all = hub.watch()
        journal.answerID()
        hub.tick()
        var next: Int64 = 1
        while !journal.pages.isEmpty, next < 2000 {
            let numbers = next..<(next + Int64(min(150, journal.pages[0].0.most)))
            journal.answerPage(numbers.map { event($0, "bob") }, hasMore: true)
            next = numbers.upperBound
        }
        #expect(all.told == Array(1..<next))
        #expect((300...600).contains(next))
    }

    @Test func whoWatchesAllWaitsForWhoWatchesSomebody() {
        let ann = hub.watch("ann")
        let all = hub.watch()
        journal.answerID()
        journal.answerID()
        hub.tick()
        #expect(journal.pages.map(\.0.interest.takesAll) == [false, true])
        journal.pages.swapAt(0, 1)
        journal.answerPage([event(1, "ann")], hasMore: true)
        #expect(journal.pages.map(\.0.interest.takesAll) == [false])
        journal.answerPage([event(1, "ann")], hasMore: true)
        #expect(journal.pages.map(\.0.interest.takesAll) == [false])
        journal.answerPage([event(2, "ann")])
        #expect(ann.told == [1, 2])
        // Their turn comes with the end of the other, not with the next tick.
        #expect(journal.pages.map(\.0.interest.takesAll) == [true])
        journal.answerPage([event(2, "ann")])
        #expect(all.told == [1, 2])
    }

    @Test func whatNobodyWatchesAnyMoreIsWantedNoMore() {
        let ann = hub.watch("ann")
        var bob: TestReader? = hub.watch("bob")
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
