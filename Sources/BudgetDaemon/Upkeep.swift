// What the daemon does of its own accord, tenant by tenant. A fault of a tenant's data is that
// tenant's: it is told, and what else there is to do goes on.

import BudgetModel
import BudgetStore
import Logging
import NIOCore

/// Chores for all tenants of a store.
struct Upkeep: Sendable {
    /// Something to do for one tenant.
    typealias Chore = @Sendable (_ tenant: String) async throws -> Void

    let store: NIOLoopBound<RedisStore>
    let logger: Logger

    /// Does each chore for each tenant, until the task is cancelled or Redis can't be asked.
    ///
    /// - Parameter fault: what is logged where a chore fails.
    func goRound(_ fault: Logger.Message, _ chores: [Chore]) async {
        do {
            for tenant in try await store.ask({ $0.tenants(completion: $1) }) {
                for chore in chores {
                    guard !Task.isCancelled else { return }
                    do {
                        try await chore(tenant)
                    } catch let error as BudgetError where error.code == .internal {
                        logger.warning(
                            fault, metadata: ["tenant": "\(tenant)", "error": "\(error)"])
                    }
                }
            }
        } catch {
            logger.warning(fault, metadata: ["error": "\(error)"])
        }
    }
}

extension NIOLoopBound where Value == RedisStore {
    /// Asks the store something, on its loop.
    func ask<Answer: Sendable>(
        _ question:
            @escaping @Sendable (
                RedisStore, @escaping (Result<Answer, BudgetError>) -> Void
            ) -> Void
    ) async throws -> Answer {
        let loop = eventLoop
        return try await loop.flatSubmit {
            let promise = loop.makePromise(of: Answer.self)
            question(value) { promise.completeWith($0.mapError { $0 as any Error }) }
            return promise.futureResult
        }.get()
    }
}
