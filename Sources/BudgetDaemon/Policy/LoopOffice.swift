// The keeper as one loop's service sees it: files are read off the loop, answers come back on it.

import BudgetModel
import BudgetService
import NIOCore

/// A loop's way to the keeper. Confined to the loop.
final class LoopOffice: PolicyOffice {
    private let keeper: PolicyKeeper
    private let loop: any EventLoop

    init(_ keeper: PolicyKeeper, loop: any EventLoop) {
        self.keeper = keeper
        self.loop = loop
    }

    var file: String { keeper.path }
    var readAt: Int64 { keeper.readAt }
    var holders: [PolicyHolder] { keeper.holders }

    func check(completion: @escaping (PolicyReading) -> Void) {
        answer(completion) { [keeper] in keeper.check() }
    }

    func reload(
        actor: String, reason: String,
        completion: @escaping (Result<PolicyReading, BudgetError>) -> Void
    ) {
        answer(completion) { [keeper] in await keeper.reload(actor: actor, reason: reason) }
    }

    private func answer<Reading: Sendable>(
        _ completion: @escaping (Reading) -> Void,
        _ body: @escaping @Sendable () async -> Reading
    ) {
        let promise = loop.makePromise(of: Reading.self)
        promise.completeWithTask { await body() }
        promise.futureResult.assumeIsolated().whenSuccess(completion)
    }
}
