// What one event loop has: a connection to Redis, the store on it and the service before it.
// None of it is shared between loops, so nothing on a request's way takes a lock.

import BudgetModel
import BudgetService
import BudgetStore
import Logging
import NIOCore
import RedisClient

/// The parts of one loop. Every use is on the loop.
final class Floor {
    let link: RedisLink
    let store: RedisStore
    let service: BudgetService
    private let check: StoreCheck
    private var waiters: [EventLoopPromise<Void>] = []
    private var isEnding = false

    init(
        _ endpoint: RedisEndpoint, _ policy: Policy, _ judge: LossJudge, loop: any EventLoop,
        logger: Logger
    ) {
        var linkConfiguration = RedisLinkConfiguration(endpoint: endpoint)
        linkConfiguration.logger = logger
        link = RedisLink(configuration: linkConfiguration, eventLoop: loop)
        store = RedisStore(link: link, judge: judge, logger: logger)
        store.adopt(policy)
        service = BudgetService(
            policy: policy, store: store, ledger: store, administration: store, logger: logger)
        check = StoreCheck(store: store, judge: judge)
        link.onConnect = { [check] handshake, verdict in check.check(handshake, verdict) }
        link.onStatusChange = { [weak self] status in self?.changed(status) }
        link.start()
    }

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

    func close() -> EventLoopFuture<Void> {
        let promise = link.eventLoop.makePromise(of: Void.self)
        link.close { promise.succeed() }
        return promise.futureResult
    }
}
