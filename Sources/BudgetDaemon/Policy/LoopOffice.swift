// The keeper as one loop's service sees it: files are read off the loop, answers come back on it.

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

    func reload(completion: @escaping (PolicyReading) -> Void) {
        answer(completion) { [keeper] in await keeper.reload() }
    }

    private func answer(
        _ completion: @escaping (PolicyReading) -> Void,
        _ body: @escaping @Sendable () async -> PolicyReading
    ) {
        let promise = loop.makePromise(of: PolicyReading.self)
        promise.completeWithTask { await body() }
        promise.futureResult.assumeIsolated().whenSuccess(completion)
    }
}
