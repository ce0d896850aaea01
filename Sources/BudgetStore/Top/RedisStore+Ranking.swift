// One ranking as it is written, page by page, for whoever checks the books. Every page tells up to
// which entry the rankings go, and nothing is on its way into them at that moment; so a page is
// what the entries up to there come to.

public import BudgetModel
import RedisClient

extension RedisStore {
    private static let rankingScript = rankingScript(PackageResources.ranking_lua)
    /// Others may hand over more meanwhile: so often it is looked at again.
    private static let mostPageLooks = 100

    public func ranking(
        tenant: String, key: String, count: Int, cursor: Int,
        completion: @escaping (Result<CountersPage, BudgetError>) -> Void
    ) {
        let prefix = Keys.prefix(tenant)
        guard Keys.ranking(key, prefix) != nil else {
            return completion(
                .failure(
                    BudgetError(
                        .badArgument,
                        "key is \"\(key.prefix(64))\"; expected one of the rankings that COUNTERS "
                            + "tells, of this tenant")))
        }
        look(
            tenant,
            [Keys.rolled(prefix), Keys.rolling(prefix), key, Keys.journal(prefix)],
            [String(count), String(settings.now ?? 0), String(cursor)],
            left: Self.mostPageLooks, completion)
    }

    private func look(
        _ tenant: String, _ keys: [String], _ arguments: [String], left: Int,
        _ completion: @escaping (Result<CountersPage, BudgetError>) -> Void
    ) {
        drain(tenant) { result in
            if case .failure(let error) = result { return completion(.failure(error)) }
            let keep = self.settings.keep
            self.evaluate(Self.rankingScript, keys, arguments, { Self.page($0, keep) }) { result in
                switch result {
                case .failure(let error): completion(.failure(error))
                case .success(let page?): completion(.success(page))
                case .success(nil) where left > 0:
                    self.look(tenant, keys, arguments, left: left - 1, completion)
                case .success(nil):
                    completion(
                        .failure(
                            BudgetError(
                                .unavailable, "the rankings are written to all the time; try again")
                        ))
                }
            }
        }
    }

    /// Nil in it where something is on its way into the rankings.
    private static func page(_ reply: RedisReply, _ keep: Retention) -> CountersPage?? {
        guard let parts = reply.array, parts.count == 6, let moment = moment(parts),
            let state = parts[2].array, let waiting = parts[3].integer,
            let next = parts[4].integer, let set = sortedSet(parts[5])
        else { return nil }
        guard waiting == 0 else { return .some(nil) }
        var page = CountersPage(moment, keep)
        page.rankings = [set]
        page.rolled = rolled(state)
        page.next = next == 0 ? nil : Int(next)
        return page
    }
}
