// Caps and grants end by themselves; what is left of them in Redis is taken out now and then.

public import BudgetModel
import RedisClient

extension RedisStore {
    private static let collectScript = RedisScript(
        source: "#!lua flags=allow-oom\n"
            + String(decoding: PackageResources.steering_lua, as: UTF8.self)
            + String(decoding: PackageResources.collect_lua, as: UTF8.self))

    /// Scopes of one step, so that Redis serves others between two.
    private static let scopesOfStep = 100

    /// Takes what has ended out of a tenant's steering.
    public func collectSteering(
        tenant: String, completion: @escaping (Result<Void, BudgetError>) -> Void
    ) {
        collect(tenant, cursor: 0, completion)
    }

    private func collect(
        _ tenant: String, cursor: Int,
        _ completion: @escaping (Result<Void, BudgetError>) -> Void
    ) {
        steering(tenant: tenant, cursor: cursor) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success(let page):
                let now = page.moment.now
                let ended = page.elements.filter { $0.hasEnded(at: now) }.map(\.scope)
                self.collect(tenant, ended[...]) { result in
                    guard case .success = result, let next = page.next.flatMap({ Int($0) }) else {
                        return completion(result)
                    }
                    self.collect(tenant, cursor: next, completion)
                }
            }
        }
    }

    private func collect(
        _ tenant: String, _ scopes: ArraySlice<String>,
        _ completion: @escaping (Result<Void, BudgetError>) -> Void
    ) {
        let some = scopes.prefix(Self.scopesOfStep)
        guard !some.isEmpty else { return completion(.success(())) }
        evaluate(
            Self.collectScript, [Keys.steering(Keys.prefix(tenant))],
            [String(settings.now ?? 0)] + some, { $0.integer }
        ) { result in
            switch result {
            case .failure(let error): completion(.failure(error))
            case .success: self.collect(tenant, scopes.dropFirst(some.count), completion)
            }
        }
    }
}

extension Steering {
    /// Whether a cap or a grant of it is over.
    fileprivate func hasEnded(at now: Int64) -> Bool {
        overrides.values.contains { one in
            one.until.map { $0 <= now } ?? false || one.grants.contains { $0.until <= now }
        }
    }
}
