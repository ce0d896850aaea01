// Keeps up with the journals: what they tell goes into the rankings of spenders, and what is older
// than `keep.journal` goes, as does what is left of caps and grants that have ended. Beside the
// sweep, which must not wait for a journal that has grown.
//
// A TOP has to wait for what the rankings lack, so a tenant that has entered much since is looked
// after every second, gently (`RollupWalk`), once it enters less; the others with everything else.

import BudgetStore
import Logging
import ServiceLifecycle

struct JournalService: Service {
    /// How often rankings that are behind are brought forward.
    static let look = Duration.seconds(1)
    /// How often everything is looked after.
    static let interval = Duration.seconds(60)
    /// How long a tenant's rankings may take of that: where more comes than is taken in, the others
    /// have their turn all the same.
    private static let share = Duration.seconds(30)
    /// A tenant that is far behind has a slice of each look, with a fifth of Redis at most.
    private static let rest: Int64 = 4

    private static let fault: Logger.Message = "journals not kept up with"

    let upkeep: Upkeep

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var last = ContinuousClock.now
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.look)
                // The sleep ends with the daemon, which then writes nothing of its own accord.
                guard !Task.isCancelled else { return }
                if last.duration(to: .now) < Self.interval {
                    await catchUp()
                } else {
                    await keepUp()
                    last = .now
                }
            }
        }
    }

    func keepUp() async {
        let store = upkeep.store
        await upkeep.goRound(
            Self.fault,
            [
                { tenant in
                    let end = ContinuousClock.now + Self.share
                    while try await store.ask({ $0.rollUp(tenant: tenant, completion: $1) }),
                        !Task.isCancelled, ContinuousClock.now < end
                    {}
                },
                { tenant in try await store.ask { $0.trim(tenant: tenant, completion: $1) } },
                { tenant in
                    try await store.ask { $0.collectSteering(tenant: tenant, completion: $1) }
                },
            ])
    }

    /// Brings forward the rankings that are far behind.
    func catchUp() async {
        // Nothing is asked of Redis for that: it fails only with the loop.
        let behind = try? await upkeep.store.ask { $1(.success($0.tenantsBehind())) }
        guard let behind, !behind.isEmpty else { return }
        let store = upkeep.store
        await upkeep.goRound(
            Self.fault, among: behind,
            [
                { tenant in
                    _ = try await store.ask {
                        $0.rollUp(tenant: tenant, rest: Self.rest, completion: $1)
                    }
                }
            ])
    }
}
