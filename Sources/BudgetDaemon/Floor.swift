// What one event loop has: a connection to Redis, the store on it and the service before it.
// None of it is shared between loops, so nothing on a request's way takes a lock.

import BudgetModel
import BudgetService
import BudgetStore
import Foundation
import HTTPAPI
import Logging
import NIOCore
import RedisClient

/// The parts of one loop. Every use is on the loop.
final class Floor {
    let link: RedisLink
    let store: RedisStore
    /// What the listeners give requests to.
    private let executor: ServiceSwitch
    /// What this loop's watchers are told by.
    private let events: LoopEvents
    /// What is counted on this loop.
    let metrics: LoopMetrics
    private let logger: Logger
    private let office: LoopOffice
    private let denials: DenialBoard
    private let check: StoreCheck
    private var waiters: [EventLoopPromise<Void>] = []
    private var isEnding = false

    init(
        _ redis: RedisConfiguration, _ policy: Policy, _ judge: LossJudge,
        _ keeper: PolicyKeeper, _ watch: StoreWatch, _ series: SpendSeries,
        _ denials: DenialBoard, _ desk: NIOLoopBound<EventDesk>, loop: any EventLoop,
        logger: Logger
    ) {
        self.denials = denials
        self.logger = logger
        metrics = LoopMetrics(series: series)
        office = LoopOffice(keeper, loop: loop)
        var linkConfiguration = redis.link
        linkConfiguration.logger = logger
        link = RedisLink(configuration: linkConfiguration, eventLoop: loop)
        store = RedisStore(link: link, judge: judge, logger: logger)
        store.adopt(policy)
        events = LoopEvents(desk, aliases: policy.fields, loop: loop)
        executor = ServiceSwitch(
            Self.service(policy, store, office, metrics, events, denials, logger))
        check = StoreCheck(store: store, judge: judge, rules: redis.rules)
        check.onReport = { watch.took($0) }
        link.onRefusal = { watch.wasRefused() }
        watch.sees(ObjectIdentifier(link), .disconnected(reason: "not yet connected"))
        link.onConnect = { [check] handshake, verdict in check.check(handshake, verdict) }
        store.onCall = { [metrics] in metrics.redisAnswered(steps: $0, nanoseconds: $1) }
        store.onExpiry = { [metrics] in metrics.settled($0, late: false) }
        link.onStatusChange = { [weak self] status in
            guard let self else { return }
            watch.sees(ObjectIdentifier(link), status)
            changed(status)
        }
        link.start()
    }

    private static func service(
        _ policy: Policy, _ store: RedisStore, _ office: LoopOffice, _ metrics: LoopMetrics,
        _ events: LoopEvents, _ denials: DenialBoard, _ logger: Logger
    ) -> BudgetService {
        let service = BudgetService(
            policy: policy, store: store, ledger: store, administration: store, logger: logger)
        service.office = office
        service.observer = metrics
        service.events = events
        service.denials = denials
        return service
    }

    /// Decides under this policy from the next request on.
    func adopt(_ policy: Policy) {
        store.adopt(policy)
        executor.service = Self.service(
            policy, store, office, metrics, events, denials, logger)
        events.aliases = policy.fields
    }

    /// What one API's listeners give requests to.
    func executor(for api: API) -> MeteredExecutor { MeteredExecutor(executor, metrics, api) }

    private func changed(_ status: RedisLinkStatus) {
        guard status == .ready else { return }
        for waiter in waiters { waiter.succeed() }
        waiters = []
    }

    /// Succeeds when the link is ready for the first time from now.
    func whenReady() -> EventLoopFuture<Void> {
        let promise = link.eventLoop.makePromise(of: Void.self)
        if link.status == .ready {
            promise.succeed()
        } else if isEnding {
            promise.fail(CancellationError())
        } else {
            waiters.append(promise)
        }
        return promise.futureResult
    }

    /// Looks at the Redis again, although it passed its check when it was connected to.
    func checkAgain() { check.checkAgain() }

    /// Whoever waits for a connection gives up: the daemon ends.
    func stopWaiting() {
        isEnding = true
        for waiter in waiters { waiter.fail(CancellationError()) }
        waiters = []
    }

    /// Succeeds when Redis has answered on this loop's connection, within the time that a step may
    /// take: later answers take the connection with them, whoever asked.
    func ping() -> EventLoopFuture<Void> {
        let promise = link.eventLoop.makePromise(of: Void.self)
        link.send(RedisCommand("PING"), deadline: .now() + RedisStore.Configuration().timeout) {
            promise.completeWith($0.map { _ in }.mapError { $0 as any Error })
        }
        return promise.futureResult
    }

    /// Redis's clock minus this machine's, in milliseconds; fails where Redis doesn't answer.
    func clockOffset() -> EventLoopFuture<Int64> {
        let promise = link.eventLoop.makePromise(of: Int64.self)
        let deadline = NIODeadline.now() + RedisStore.Configuration().timeout
        link.send(RedisCommand("TIME"), deadline: deadline) { result in
            promise.completeWith(
                result.mapError { $0 as any Error }.flatMap { reply in
                    let parts = (reply.array ?? []).compactMap { $0.string.flatMap { Int64($0) } }
                    guard parts.count == 2 else {
                        return .failure(DaemonError("Redis tells no time"))
                    }
                    let own = Int64(Date().timeIntervalSince1970 * 1000)
                    return .success(parts[0] * 1000 + parts[1] / 1000 - own)
                })
        }
        return promise.futureResult
    }

    func close() -> EventLoopFuture<Void> {
        let promise = link.eventLoop.makePromise(of: Void.self)
        link.close { promise.succeed() }
        return promise.futureResult
    }
}
