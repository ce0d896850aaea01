// Keeps up with the journals: what they tell goes into the rankings of spenders, and what is older
// than `keep.journal` goes, as does what is left of caps and grants that have ended. Beside the
// sweep, which must not wait for a journal that has grown.

import BudgetModel
import BudgetStore
import Logging
import NIOCore
import ServiceLifecycle

struct JournalService: Service {
    /// How much of a journal a TOP may find not rolled up: it has to wait for that.
    static let interval = Duration.seconds(60)

    let house: House
    let logger: Logger

    func run() async throws {
        // Sweeps are the first floor's.
        guard let floor = house.floors.last else { return }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                // The sleep ends with the daemon, which then writes nothing of its own accord.
                guard !Task.isCancelled else { return }
                await keepUp(floor)
            }
        }
    }

    private func keepUp(_ floor: NIOLoopBound<Floor>) async {
        var tenant: String?
        do {
            for next in try await floor.ask({ $0.tenants(completion: $1) }) {
                guard !Task.isCancelled else { return }
                tenant = next
                try await keepUp(floor, next)
            }
        } catch {
            warn(tenant, error)
        }
    }

    private func keepUp(_ floor: NIOLoopBound<Floor>, _ tenant: String) async throws {
        try await isolated(tenant) {
            while try await floor.ask({ $0.rollUp(tenant: tenant, completion: $1) }),
                !Task.isCancelled
            {}
        }
        guard !Task.isCancelled else { return }
        try await isolated(tenant) {
            try await floor.ask { $0.trim(tenant: tenant, completion: $1) }
        }
        try await isolated(tenant) {
            try await floor.ask { $0.collectSteering(tenant: tenant, completion: $1) }
        }
    }

    /// A fault of a tenant's data is that tenant's: what else there is to do goes on.
    /// - Throws: where Redis can't be asked at all.
    private func isolated(_ tenant: String, _ chore: () async throws -> Void) async throws {
        do {
            try await chore()
        } catch let error as BudgetError where error.code == .internal {
            warn(tenant, error)
        }
    }

    private func warn(_ tenant: String?, _ error: any Error) {
        logger.warning(
            "journals not kept up with",
            metadata: ["tenant": "\(tenant ?? "")", "error": "\(error)"])
    }
}

extension NIOLoopBound where Value == Floor {
    /// Asks the floor's store something, on its loop.
    func ask<Answer: Sendable>(
        _ question:
            @escaping @Sendable (
                RedisStore, @escaping (Result<Answer, BudgetError>) -> Void
            ) -> Void
    ) async throws -> Answer {
        let loop = eventLoop
        return try await loop.flatSubmit {
            let promise = loop.makePromise(of: Answer.self)
            question(value.store) { promise.completeWith($0.mapError { $0 as any Error }) }
            return promise.futureResult
        }.get()
    }
}
