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
    static let interval = Duration.seconds(10)
    /// Rounds from one trim to the next: what is too old need not go at once.
    private static let roundsPerTrim = 6

    let house: House
    let logger: Logger

    func run() async throws {
        // Sweeps are the first floor's.
        guard let floor = house.floors.last else { return }
        await cancelWhenGracefulShutdown {
            var round = 0
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                round += 1
                await keepUp(floor, trims: round.isMultiple(of: Self.roundsPerTrim))
            }
        }
    }

    private func keepUp(_ floor: NIOLoopBound<Floor>, trims: Bool) async {
        do {
            let tenants = try await floor.ask { $0.tenants(completion: $1) }
            for tenant in tenants {
                var isBehind = true
                while isBehind, !Task.isCancelled {
                    isBehind = try await floor.ask { $0.rollUp(tenant: tenant, completion: $1) }
                }
                guard !Task.isCancelled else { return }
                guard trims else { continue }
                try await floor.ask { $0.trim(tenant: tenant, completion: $1) }
                try await floor.ask { $0.collectSteering(tenant: tenant, completion: $1) }
            }
        } catch {
            logger.warning("journals not kept up with", metadata: ["error": "\(error)"])
        }
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
