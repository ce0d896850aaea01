// How much is held, for whoever watches.

public import BudgetModel
import RedisClient

extension RedisStore {
    /// Tenants that are looked at: past them a look would take Redis's time from decisions.
    static let mostCountedTenants = 1000

    /// Counts the open reservations of all tenants, up to that many.
    public func countHolds(completion: @escaping (Result<Int, BudgetError>) -> Void) {
        tenants { result in
            guard case .success(let tenants) = result else {
                return completion(result.map { _ in 0 })
            }
            let looked = tenants.prefix(Self.mostCountedTenants)
            guard !looked.isEmpty else { return completion(.success(0)) }
            var (left, sum) = (looked.count, 0)
            var failure: BudgetError?
            for tenant in looked {
                self.ask(RedisCommand("ZCARD", Keys.holds(Keys.prefix(tenant)))) { result in
                    switch result {
                    case .success(let reply): sum += Int(reply.integer ?? 0)
                    case .failure(let error): failure = error
                    }
                    left -= 1
                    if left == 0 { completion(failure.map { .failure($0) } ?? .success(sum)) }
                }
            }
        }
    }
}
