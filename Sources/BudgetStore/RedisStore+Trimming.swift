// Keeping journals as long as the policy says, and no longer. A journal's ids are no times, so
// its oldest entries are looked at; the newest one always stays, since its id is where the
// sequence goes on from; so does every one that the rankings of spenders have not taken in.

public import BudgetModel
import RedisClient

extension RedisStore {
    /// How many entries one step of a trim looks at: about a millisecond of Redis's time.
    private static let trimStep = 500

    /// Removes what is older than `keep.journal`, and rolled up, from a tenant's journal.
    public func trim(
        tenant: String, completion: @escaping (Result<Void, BudgetError>) -> Void
    ) {
        lastRolled(tenant) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(nil): completion(.success(()))
            case .success(let last?): self.trim(tenant, upTo: last, completion)
            }
        }
    }

    private func trim(
        _ tenant: String, upTo last: Sequence,
        _ completion: @escaping (Result<Void, BudgetError>) -> Void
    ) {
        let journal = Keys.journal(Keys.prefix(tenant))
        let oldest = now - settings.keep.journalMs
        let command = RedisCommand(
            "XRANGE", journal, "-", "+", "COUNT", String(Self.trimStep + 1))
        ask(command) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let reply):
                let entries = (reply.array ?? []).compactMap(Self.idAndTime)
                let old = entries.dropLast().prefix { $0.time < oldest && $0.id <= last }
                guard !old.isEmpty else {
                    completion(.success(()))
                    return
                }
                let first = entries[old.count].id.text
                self.ask(RedisCommand("XTRIM", journal, "MINID", first)) { result in
                    switch result {
                    case .failure(let error): completion(.failure(error))
                    case .success where old.count == Self.trimStep:
                        self.trim(tenant, upTo: last, completion)
                    case .success: completion(.success(()))
                    }
                }
            }
        }
    }

    private static func idAndTime(_ entry: RedisReply) -> (id: Sequence, time: Int64)? {
        guard let parts = entry.array, parts.count == 2,
            let id = parts[0].string.flatMap({ Sequence(text: $0) }),
            let fields = parts[1].array, fields.count >= 2, fields[0].string == "at",
            let time = fields[1].integer
        else { return nil }
        return (id, time)
    }
}
