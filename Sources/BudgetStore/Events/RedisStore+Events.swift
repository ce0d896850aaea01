// What watchers are told, read from the journal from where they stand: it has every entry of every
// daemon, in order, so nothing is told twice or left out, and no decision pays for it.
//
// A page is read by up to three commands: the journal's lines; where some are acts, their audit
// entries, which have the same sequence numbers; where some end or prolong a hold, the records,
// which know whose it was. Acts alone are read from the audit, where nothing else stands between.

public import BudgetModel
import NIOCore
import RedisClient

extension RedisStore: EventPort {
    /// Steps of a page, which may be some hundred entries: some 0.3 ms of Redis's time, in which
    /// nothing is decided.
    private static let pageSteps = 64

    public func newestEntry(
        tenant: String, completion: @escaping (Result<Moment, BudgetError>) -> Void
    ) {
        let journal = Keys.journal(Keys.prefix(tenant))
        ask(
            RedisCommand("XREVRANGE", journal, "+", "-", "COUNT", "1"),
            reading: { steps -> Moment? in
                guard steps.count > 0 else {
                    return Moment(sequence: Sequence(epoch: 0, number: 0), now: 0)
                }
                return JournalStep(steps[0]).map { Moment(sequence: $0.last, now: $0.now) }
            }
        ) { result in
            completion(
                result.flatMap { $0.map { .success($0) } ?? .failure(Self.unreadable) })
        }
    }

    public func events(
        _ query: EventQuery, completion: @escaping (Result<EventPage, BudgetError>) -> Void
    ) {
        switch query.family {
        case .events: journalEvents(query, completion)
        case .acts: actEvents(query, completion)
        }
    }

    private static let unreadable = BudgetError(.internal, "the journal can't be read")

    private func actEvents(
        _ query: EventQuery, _ completion: @escaping (Result<EventPage, BudgetError>) -> Void
    ) {
        audit(query.tenant, from: "(" + query.after.text, to: "+") { result in
            completion(
                result.map { entries in
                    EventPage(
                        events: entries.map { Self.event($0, query.tenant) },
                        last: entries.last?.moment.sequence ?? query.after,
                        hasMore: entries.count >= Self.pageSteps, looked: entries.count)
                })
        }
    }

    private func journalEvents(
        _ query: EventQuery, _ completion: @escaping (Result<EventPage, BudgetError>) -> Void
    ) {
        let journal = Keys.journal(Keys.prefix(query.tenant))
        // Where all are wanted, a step is one of them at least.
        let steps =
            query.interest.takesAll ? max(1, min(Self.pageSteps, query.most)) : Self.pageSteps
        ask(
            RedisCommand("XRANGE", journal, "(" + query.after.text, "+", "COUNT", "\(steps)"),
            reading: { EventLines(query, steps: $0, most: steps) }
        ) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let page): self.addActs(to: page, completion)
            }
        }
    }

    /// Reads what else has to be known of a page's lines, and then the page.
    func addActs(
        to page: EventLines, _ completion: @escaping (Result<EventPage, BudgetError>) -> Void
    ) {
        guard let (first, last) = page.acts else { return addRecords(to: page, [], completion) }
        audit(page.query.tenant, from: first.text, to: last.text) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let entries): self.addRecords(to: page, entries, completion)
            }
        }
    }

    private func addRecords(
        to page: EventLines, _ acts: [AuditEntry],
        _ completion: @escaping (Result<EventPage, BudgetError>) -> Void
    ) {
        let keys = page.recordKeys
        guard !keys.isEmpty else { return completion(.success(page.read(acts, records: [:]))) }
        ask(RedisCommand(arguments: ["MGET"] + keys)) { result in
            completion(
                result.map { reply in
                    let texts = zip(keys, (reply.array ?? []).map(\.string))
                    let records = Dictionary(texts, uniquingKeysWith: { first, _ in first })
                    return page.read(acts, records: records.compactMapValues { $0 })
                })
        }
    }

    private func audit(
        _ tenant: String, from first: String, to last: String,
        _ completion: @escaping (Result<[AuditEntry], BudgetError>) -> Void
    ) {
        let key = Keys.audit(Keys.prefix(tenant))
        ask(RedisCommand("XRANGE", key, first, last, "COUNT", "\(Self.pageSteps)")) { result in
            completion(result.map { ($0.array ?? []).compactMap(SteeringText.entry) })
        }
    }

    static func event(_ entry: AuditEntry, _ tenant: String) -> Event {
        Event(tenant: tenant, moment: entry.moment, matter: .act(entry))
    }
}
