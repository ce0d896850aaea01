// Stores on one real Redis, each with a link of its own, for tests that live on other threads.

import BudgetModel
import Logging
import NIOCore
import NIOPosix
import RedisClient
import TestSupport

@testable import BudgetStore

/// What a step was told.
typealias Outcome = Result<StepAnswer, BudgetError>

extension Outcome {
    var result: StepResult? { try? get().result }

    var isDone: Bool { if case .done? = result { true } else { false } }
}

/// Several stores on one loop; they know nothing of each other.
final class StoreHarness: Sendable {
    private let loop: any EventLoop
    private let bound: NIOLoopBoundBox<[RedisStore]>
    private let group: MultiThreadedEventLoopGroup

    init(
        _ path: String, stores count: Int = 1, credentials: RedisCredentials? = nil
    ) throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = group.next()
        bound = try loop.submit { [loop] in
            let stores = (0..<count).map { _ in Self.makeStore(path, credentials, loop) }
            return NIOLoopBoundBox(stores, eventLoop: loop)
        }.wait()
    }

    private static func makeStore(
        _ path: String, _ credentials: RedisCredentials?, _ loop: any EventLoop
    ) -> RedisStore {
        var configuration = RedisLinkConfiguration(endpoint: .unix(path: path))
        configuration.credentials = credentials
        let link = RedisLink(configuration: configuration, eventLoop: loop)
        link.start()
        var settings = RedisStore.Configuration()
        settings.timeout = .seconds(20)
        let silent = Logger(label: "store", factory: { _ in SwiftLogNoOpLogHandler() })
        return RedisStore(link: link, configuration: settings, logger: silent)
    }

    /// Runs on the loop with one of the stores.
    func onStore<T: Sendable>(
        _ index: Int = 0, _ body: @escaping @Sendable (RedisStore) throws -> T
    ) throws -> T {
        try loop.submit { [bound] in try body(bound.value[index]) }.wait()
    }

    /// Whether the first store's link comes to be so.
    func comes(_ isSo: @escaping @Sendable (RedisLinkStatus) -> Bool) throws -> Bool {
        try eventually(seconds: 20) { try onStore { isSo($0.link.status) } }
    }

    /// Sets every store's clock, Unix time in milliseconds.
    func setClock(_ now: Int64) throws {
        try loop.submit { [bound] in
            for store in bound.value { store.testClock = now }
        }.wait()
    }

    /// Takes another policy in every store.
    func adopt(_ policy: Policy) throws {
        try loop.submit { [bound] in
            for store in bound.value { store.adopt(policy) }
        }.wait()
    }

    /// Hands steps to stores in one tick, so that batches form, and waits for all answers.
    func perform(_ steps: [(store: Int, step: Step)]) throws -> [Outcome] {
        let futures = try loop.submit { [bound, loop] in
            steps.map { store, step in
                let promise = loop.makePromise(of: Outcome.self)
                bound.value[store].perform(step) { promise.succeed($0) }
                return promise.futureResult
            }
        }.wait()
        return try futures.map { try $0.wait() }
    }

    /// Hands steps to the first store in one tick.
    func perform(_ steps: [Step]) throws -> [Outcome] {
        try perform(steps.map { (0, $0) })
    }

    /// Carries one step out.
    func perform(_ step: Step) throws -> StepAnswer {
        try perform([step])[0].get()
    }

    /// Ends a tenant's overdue holds; tells how many.
    func sweep(_ tenant: String) throws -> Int {
        let promise = loop.makePromise(of: Result<Int, BudgetError>.self)
        try onStore { $0.sweep(tenant: tenant) { promise.succeed($0) } }
        return try promise.futureResult.wait().get()
    }

    /// Carries an administrator's act out.
    func perform(_ act: Act, store index: Int = 0) throws -> ActResult {
        let promise = loop.makePromise(of: Result<ActResult, BudgetError>.self)
        try onStore(index) { $0.perform(act) { promise.succeed($0) } }
        return try promise.futureResult.wait().get()
    }

    /// Reads a page of the audit.
    func audit(_ tenant: String, count: Int, before: Sequence?) throws -> Page<AuditLine> {
        try audit(AuditQuery(subject: Subject(tenant: tenant), count: count, before: before))
    }

    /// Reads a page of what is wanted of it.
    func audit(_ query: AuditQuery) throws -> Page<AuditLine> {
        let promise = loop.makePromise(of: Result<Page<AuditLine>, BudgetError>.self)
        try onStore { $0.audit(query) { promise.succeed($0) } }
        return try promise.futureResult.wait().get()
    }

    /// Reads a page of a run's ledger.
    func run(_ query: RunQuery) throws -> RunLedger {
        let promise = loop.makePromise(of: Result<RunLedger, BudgetError>.self)
        try onStore { $0.run(query) { promise.succeed($0) } }
        return try promise.futureResult.wait().get()
    }

    /// Asks a store for the largest spenders.
    func top(_ query: TopQuery, store index: Int = 0) throws -> TopSpenders {
        try books(index) { $0.top(query, completion: $1) }
    }

    /// Asks a store for what was spent window by window.
    func history(_ query: HistoryQuery, store index: Int = 0) throws -> SpendHistory {
        try books(index) { $0.history(query, completion: $1) }
    }

    /// Reads a page of a subject's entries.
    func entries(_ query: EntryQuery) throws -> EntryPage {
        try books { $0.entries(query, completion: $1) }
    }

    /// Rolls up in several stores at once; tells of each whether it left something.
    func rollUp(_ tenant: String, stores: [Int]) throws -> [Bool] {
        let futures = try loop.submit { [bound, loop] in
            stores.map { index in
                let promise = loop.makePromise(of: Result<Bool, BudgetError>.self)
                bound.value[index].rollUp(tenant: tenant) { promise.succeed($0) }
                return promise.futureResult
            }
        }.wait()
        return try futures.map { try $0.wait().get() }
    }

    func trim(_ tenant: String) throws { try books { $0.trim(tenant: tenant, completion: $1) } }

    /// The tenant's books compared with its journal.
    ///
    /// - Parameter now: the clock of the history, in place of Redis's.
    func verify(_ tenant: String, at now: Int64, page size: Int = 7) throws -> Findings {
        var pages: [CountersPage] = []
        var cursor: Int? = 0
        while let from = cursor {
            var page = try books {
                $0.counters(tenant: tenant, count: size, cursor: from, completion: $1)
            }
            page.moment.now = now
            // Redis drops nothing by the clock of a history.
            page.keepRunsMs = .max / 4
            page.keepLateCommitMs = .max / 4
            pages.append(page)
            cursor = page.next
        }
        var verification: Verification?
        var after: Sequence?
        repeat {
            let start = after
            let page = try books {
                $0.journal(tenant: tenant, count: size, after: start, completion: $1)
            }
            var current =
                verification
                ?? Verification(tenant: tenant, pages: pages, isTrimmed: page.isTrimmed)
            for line in page.lines { current.enter(line) }
            verification = current
            after = page.next
        } while after != nil
        return verification?.finish() ?? Findings()
    }

    /// What a store answers to a question.
    func books<Page: Sendable>(
        _ index: Int = 0,
        _ ask:
            @escaping @Sendable (RedisStore, @escaping (Result<Page, BudgetError>) -> Void)
            -> Void
    ) throws -> Page {
        let promise = loop.makePromise(of: Result<Page, BudgetError>.self)
        try onStore(index) { store in ask(store) { promise.succeed($0) } }
        return try promise.futureResult.wait().get()
    }

    func close() throws {
        try loop.submit { [bound, loop] in
            let closed = bound.value.map { store in
                let promise = loop.makePromise(of: Void.self)
                store.link.close { promise.succeed() }
                return promise.futureResult
            }
            bound.value = []
            return closed
        }.wait().forEach { try $0.wait() }
        try group.syncShutdownGracefully()
    }
}
