// What the daemon does of its own accord, tenant by tenant. A fault of a tenant's data is that
// tenant's: it is told, and what else there is to do goes on.

import BudgetModel
import BudgetStore
import Foundation
import Logging
import NIOCore

/// Chores for all tenants of a store.
struct Upkeep: Sendable {
    /// Something to do for one tenant.
    typealias Chore = @Sendable (_ tenant: String) async throws -> Void

    let store: NIOLoopBound<RedisStore>
    let troubles: UpkeepTroubles
    let logger: Logger

    /// Does each chore for each tenant, until the task is cancelled or Redis can't be asked.
    ///
    /// - Parameters:
    ///   - fault: what is logged where a chore fails.
    ///   - some: nil for all tenants.
    func goRound(
        _ fault: Logger.Message, among some: [String]? = nil, _ chores: [Chore]
    ) async {
        let round = UpkeepTroubles.Chore(tenant: nil, name: "\(fault)", place: 0)
        do {
            let tenants =
                if let some { some } else { try await store.ask { $0.tenants(completion: $1) } }
            for tenant in tenants {
                for (place, chore) in chores.enumerated() {
                    guard !Task.isCancelled else { return }
                    let own = UpkeepTroubles.Chore(
                        tenant: tenant, name: "\(fault)", place: place)
                    do {
                        try await chore(tenant)
                        mended(own)
                    } catch let error as BudgetError where error.code == .internal {
                        failed(own, fault, error)
                    }
                }
            }
            mended(round)
        } catch {
            failed(round, fault, error)
        }
    }

    private func failed(
        _ chore: UpkeepTroubles.Chore, _ fault: Logger.Message, _ error: any Error
    ) {
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        guard troubles.failed(chore, "\(error)", at: now) else { return }
        logger.warning(fault, metadata: facts(chore, ["error": "\(error)"]))
    }

    private func mended(_ chore: UpkeepTroubles.Chore) {
        guard troubles.done(chore) else { return }
        logger.notice("upkeep goes on", metadata: facts(chore, ["after": "\(chore.name)"]))
    }

    private func facts(
        _ chore: UpkeepTroubles.Chore, _ facts: Logger.Metadata
    ) -> Logger.Metadata {
        var facts = facts
        facts["tenant"] = chore.tenant.map { "\($0)" }
        return facts
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
