// All floors together: what is long-running uses them, and they close after the listener.

import BudgetModel
import BudgetStore
import HTTPAPI
import Logging
import NIOCore
import RedisClient
import ServiceLifecycle

/// The floors of all loops, by loop.
struct House: Service {
    let floors: [NIOLoopBound<Floor>]
    /// What tells the watchers of all loops.
    private let desk: NIOLoopBound<EventDesk>
    /// What the daemon asks of its own accord.
    let stores: [NIOLoopBound<RedisStore>]
    /// What is counted on their loops.
    let metrics: [NIOLoopBound<LoopMetrics>]

    static func build(
        _ configuration: DaemonConfiguration, _ redis: RedisConfiguration, _ policy: Policy,
        _ witness: Witness, _ keeper: PolicyKeeper, _ watch: StoreWatch,
        on group: any EventLoopGroup, watchersLoop: any EventLoop, logger: Logger
    ) async throws -> House {
        let judge = LossJudge(witness: witness, acceptsLoss: configuration.acceptsLoss)
        let series = SpendSeries()
        let denials = DenialBoard()
        let desk = try await watchersLoop.submit {
            NIOLoopBound(
                EventDesk(redis, denials, loop: watchersLoop, logger: logger),
                eventLoop: watchersLoop)
        }.get()
        var floors: [NIOLoopBound<Floor>] = []
        var stores: [NIOLoopBound<RedisStore>] = []
        var metrics: [NIOLoopBound<LoopMetrics>] = []
        for loop in group.makeIterator() {
            let floor = loop.submit {
                NIOLoopBound(
                    Floor(
                        redis, policy, judge, keeper, watch, series, denials, desk, loop: loop,
                        logger: logger),
                    eventLoop: loop)
            }
            let made = try await floor.get()
            floors.append(made)
            let parts = loop.submit {
                (
                    NIOLoopBound(made.value.store, eventLoop: loop),
                    NIOLoopBound(made.value.metrics, eventLoop: loop)
                )
            }
            let (store, counts) = try await parts.get()
            stores.append(store)
            metrics.append(counts)
        }
        return House(floors: floors, desk: desk, stores: stores, metrics: metrics)
    }

    /// The floor of a loop of the group that the house was built on.
    func floor(of loop: any EventLoop) -> Floor {
        guard let floor = floors.first(where: { $0.eventLoop === loop }) else {
            preconditionFailure("the listener has a loop that the house was not built on")
        }
        return floor.value
    }

    /// Waits until every floor has a connection that passed its check.
    ///
    /// - Returns: false where the daemon is to end before.
    func whenReady() async -> Bool {
        await withGracefulShutdownHandler {
            for floor in floors {
                let ready = floor.eventLoop.flatSubmit { floor.value.whenReady() }
                guard (try? await ready.get()) != nil else { return false }
            }
            return true
        } onGracefulShutdown: {
            for floor in floors { floor.eventLoop.execute { floor.value.stopWaiting() } }
        }
    }

    /// Whether every loop does what it is given.
    func runs() async -> Bool {
        for floor in floors {
            guard (try? await floor.eventLoop.submit {}.get()) != nil else { return false }
        }
        return true
    }

    /// Whether every loop does what it is given, and has an answer of its Redis.
    func answers() async -> Bool {
        for floor in floors {
            let pong = floor.eventLoop.flatSubmit { floor.value.ping() }
            guard (try? await pong.get()) != nil else { return false }
        }
        return true
    }

    /// Lives as long as the daemon; then its links end, after all listeners.
    func run() async throws {
        try? await gracefulShutdown()
        try await desk.eventLoop.flatSubmit { [desk] in desk.value.close() }.get()
        for floor in floors {
            try await floor.eventLoop.flatSubmit { floor.value.close() }.get()
        }
    }
}
