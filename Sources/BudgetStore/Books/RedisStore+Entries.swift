// A subject's entries, the newest first, out of the tenant's journal: no decision pays for a list
// of them. Redis looks at some steps at a time and gives those that may be the subject's; what they
// say is read as it is for watchers of events. A page ends when it has enough, or after so many
// steps, so that whoever asks for a name that is rare waits for a page and not for the journal.

public import BudgetModel
import RedisClient

extension RedisStore {
    private static let entriesScript = script(PackageResources.entries_lua)

    public func entries(
        _ query: EntryQuery, completion: @escaping (Result<EntryPage, BudgetError>) -> Void
    ) {
        look(EntryWalk(query), completion)
    }

    private func look(
        _ walk: EntryWalk, _ completion: @escaping (Result<EntryPage, BudgetError>) -> Void
    ) {
        let tenant = walk.query.filter.subject.tenant
        evaluate(
            Self.entriesScript, [Keys.journal(Keys.prefix(tenant))],
            [walk.start, String(EntryWalk.stepsOfALook)] + walk.marks, EntryWalk.look
        ) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let look): self.take(look, walk, completion)
            }
        }
    }

    private func take(
        _ look: EntryWalk.Look, _ walk: EntryWalk,
        _ completion: @escaping (Result<EntryPage, BudgetError>) -> Void
    ) {
        let filter = walk.query.filter
        let lines = EventLines(
            EventQuery(
                tenant: filter.subject.tenant, family: .events, after: look.end,
                interest: EventInterest(filter)),
            lines: look.lines.reversed().map(\.line))
        addActs(to: lines) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let page):
                var walk = walk
                walk.take(look, page.events.filter(filter.takes))
                if walk.isDone {
                    completion(.success(walk.page))
                } else {
                    self.look(walk, completion)
                }
            }
        }
    }
}
