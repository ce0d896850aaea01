// Keeps up with the journals: what they tell goes into the rankings of spenders, and what is older
// than `keep.journal` goes, as does what is left of caps and grants that have ended. Beside the
// sweep, which must not wait for a journal that has grown.

import BudgetStore
import ServiceLifecycle

struct JournalService: Service {
    /// How much of a journal a TOP may find not rolled up: it has to wait for that.
    static let interval = Duration.seconds(60)

    let upkeep: Upkeep

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                // The sleep ends with the daemon, which then writes nothing of its own accord.
                guard !Task.isCancelled else { return }
                await keepUp()
            }
        }
    }

    func keepUp() async {
        let store = upkeep.store
        await upkeep.goRound(
            "journals not kept up with",
            [
                { tenant in
                    while try await store.ask({ $0.rollUp(tenant: tenant, completion: $1) }),
                        !Task.isCancelled
                    {}
                },
                { tenant in try await store.ask { $0.trim(tenant: tenant, completion: $1) } },
                { tenant in
                    try await store.ask { $0.collectSteering(tenant: tenant, completion: $1) }
                },
            ])
    }
}
