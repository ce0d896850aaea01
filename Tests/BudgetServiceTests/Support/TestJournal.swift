// A journal in memory that answers at once, and a reader that keeps what it is told.

import BudgetModel
import Foundation

@testable import BudgetService

/// One tenant's entries, a charge of a user each, numbered from 1; any other tenant's are the same.
final class TestJournal: EventPort {
    static let tenant = "acme"
    private static let pageSize = 64

    private(set) var entries: [Event] = []
    /// How many were looked at, whoever asked, and how often.
    private(set) var looked = 0
    private(set) var questions = 0
    /// Whether it can't be asked.
    var isAway = false

    /// Adds charges of users.
    func add(_ users: some Swift.Sequence<String>) {
        for user in users { entries.append(Self.charge(Int64(entries.count + 1), user)) }
    }

    static func charge(_ number: Int64, _ user: String) -> Event {
        var subject = Subject(tenant: tenant)
        subject.user = user
        let call = PricedCall(
            subject: subject, usage: Usage(), amounts: Amounts(), priceVersion: "",
            bodyDigest: "")
        return Event(
            tenant: tenant, moment: Moment(sequence: .init(epoch: 1, number: number), now: 1),
            matter: .call(
                .init(
                    kind: .charge, id: ReservationID(tenant: tenant, digest: "d\(number)"),
                    call: call)))
    }

    func newestEntry(
        tenant: String, completion: @escaping (Result<Moment, BudgetError>) -> Void
    ) {
        let newest = BudgetModel.Sequence(epoch: 1, number: Int64(entries.count))
        completion(.success(Moment(sequence: newest, now: entries.isEmpty ? 0 : 1)))
    }

    func events(
        _ query: EventQuery, completion: @escaping (Result<EventPage, BudgetError>) -> Void
    ) {
        questions += 1
        guard !isAway else { return completion(.failure(BudgetError(.unavailable, "away"))) }
        let page = entries.dropFirst(Int(query.after.number))
            .prefix(min(Self.pageSize, query.most))
        looked += page.count
        completion(
            .success(
                EventPage(
                    events: page.filter { query.interest.takes($0) },
                    last: page.last?.moment.sequence ?? query.after,
                    hasMore: page.endIndex < entries.endIndex, looked: page.count)))
    }
}

extension EventInterest {
    /// As a store asks.
    func takes(_ event: Event) -> Bool {
        guard let user = event.subject?.user else { return true }
        return takes(user: user)
    }

    func takes(user: String) -> Bool {
        Array(user.utf8).withUnsafeBytes { takes(.user, $0) }
    }
}

/// Keeps what it is told.
final class TestReader: EventReader {
    /// What was told at a time, by the entries' numbers.
    private(set) var tellings: [[Int64]] = []
    private(set) var messages: [EventMessage] = []
    private(set) var isEnded = false
    var hasRoom = true
    /// Kept as listeners do.
    var watch: EventWatch?

    /// The numbers of all that was told.
    private(set) var told: [Int64] = []

    func room(_ answer: @escaping (Bool) -> Void) { answer(hasRoom) }

    func take(_ messages: ArraySlice<EventMessage>, of watch: EventWatch) {
        let numbers = messages.map(\.sequence.number)
        tellings.append(numbers)
        told += numbers
        self.messages += messages
    }

    func end(_ watch: EventWatch) { isEnded = true }

    /// The gaps among what was told: where, and how many entries are left out.
    var gaps: [(number: Int64, entries: Int64)] {
        messages.filter { !$0.isEntry }.map { message in
            let text = Data(message.json(for: .ops))
            let fields = try? JSONSerialization.jsonObject(with: text) as? [String: Any]
            return (message.sequence.number, (fields?["entries"] as? NSNumber)?.int64Value ?? 0)
        }
    }
}

extension EventHub {
    /// Watches a tenant, or somebody in it.
    func watch(
        _ user: String? = nil, since: Int64? = nil, tenant: String = TestJournal.tenant
    ) -> TestReader {
        let reader = TestReader()
        var subject = Subject(tenant: tenant)
        subject.user = user
        let channel = EventChannel(
            EventFilter(family: .events, subject: subject),
            since: since.map { .init(epoch: 1, number: $0) })
        watch(channel, reader: reader) { reader.watch = try? $0.get() }
        return reader
    }

    /// Ticks until something is so.
    func tick(until isSo: () -> Bool) {
        for _ in 0..<10_000 where !isSo() { tick() }
    }
}
