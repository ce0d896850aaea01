// The long-running parts as services: the group starts them in order and ends them in the
// opposite one, listeners first and Redis last.

import BudgetModel
import BudgetStore
import Logging
import NIOCore
import RedisClient
import ServiceLifecycle
import SocketAPI

/// The redis-server of our own.
struct EmbeddedRedisService: Service {
    let redis: EmbeddedRedis

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await redis.run()
        } onGracefulShutdown: {
            Task { await redis.stop() }
        }
    }
}

/// The socket API, on all its listeners.
struct SocketService: Service {
    let servers: [SocketServer]

    func run() async throws {
        try? await gracefulShutdown()
        await withTaskGroup { group in
            for server in servers { group.addTask { await server.drain() } }
        }
    }
}

/// Gives overdue holds back.
struct SweepService: Service {
    /// How long an overdue hold may be left to itself, beside what denials sweep.
    static let interval = Duration.seconds(1)

    let upkeep: Upkeep

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                await sweep()
            }
        }
    }

    func sweep() async {
        let store = upkeep.store
        await upkeep.goRound(
            "sweep failed",
            [
                { tenant in
                    let swept = try await store.ask {
                        $0.sweepAll(tenant: tenant, completion: $1)
                    }
                    if swept.ended > 0 {
                        upkeep.logger.info(
                            "swept",
                            metadata: ["tenant": "\(tenant)", "holds": "\(swept.ended)"])
                    }
                    guard swept.broken > 0 else { return }
                    throw BudgetError(
                        .internal,
                        "what Redis holds of \(swept.broken) overdue "
                            + (swept.broken == 1 ? "hold" : "holds") + " is broken")
                }
            ])
    }
}

/// Looks at Redis while it is used: CONFIG SET needs no reconnection.
struct RedisWatchService: Service {
    /// How long a Redis may evict or forget before it is noticed.
    static let interval = Duration.seconds(30)
    /// The same of one that takes no writes, whose end operators wait for.
    static let haste = Duration.seconds(1)

    let house: House
    let watch: StoreWatch

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var looked = ContinuousClock.now
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.haste)
                guard watch.isInNeed || looked + Self.interval <= .now else { continue }
                looked = .now
                for floor in house.floors {
                    floor.eventLoop.execute { floor.value.checkAgain() }
                }
            }
        }
    }
}

/// Writes the witness down.
struct WitnessService: Service {
    /// What a power cut may take from the witness: it then notices a loss later or not at all.
    static let interval = Duration.seconds(1)

    let witness: Witness
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                flush()
            }
        }
        flush()
    }

    private func flush() {
        do throws(WitnessError) {
            try witness.flushIfChanged()
        } catch {
            logger.error("witness not written", metadata: ["error": "\(error)"])
        }
    }
}
