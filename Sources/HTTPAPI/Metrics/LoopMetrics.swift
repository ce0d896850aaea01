// The counters of one event loop: plain numbers that only their loop touches, so that counting a
// decision takes neither a lock nor an atomic. A reader hops to the loop and takes a copy.
//
// Rejected: swift-metrics' counters, each an atomic behind an existential, found by its label; and
// counting in the listeners, which see neither the model of a reservation nor an expiry.

public import BudgetModel
public import BudgetService
import NIOCore

/// Counts what happens on one loop. Confined to it.
public final class LoopMetrics: ServiceObserver {
    var counts = MetricCounts()
    private let series: SpendSeries
    /// The pair that was spent on last, with its place: mostly it is the next one too.
    private var last = (pair: SpendKey.other, place: 0)

    /// Makes counters of nothing.
    public init(series: SpendSeries) {
        self.series = series
        last.place = counts.spending.make(.other)
    }

    public func decided(_ admission: Admission, denied reason: Reason?) {
        guard let kind = MetricCounts.kinds.firstIndex(where: { $0.kind == admission.kind }) else {
            count(.recorded)
            return spend(admission.call.amounts, admission.call)
        }
        let place = reason.flatMap { MetricCounts.reasons.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        counts.decisions[kind][place] += 1
        guard reason == nil else { return }
        switch admission.kind {
        case .reserve: count(.held)
        case .charge:
            count(.charged)
            spend(admission.call.amounts, admission.call)
        case .record, .check: break
        }
    }

    public func settled(_ settlement: Settlement, late: Bool) {
        switch settlement.kind {
        case .commit: count(late ? .lateCommitted : .committed)
        case .release: count(.released)
        case .expire, .expireCharged: count(.expired)
        }
        if settlement.spends { spend(settlement.booked, settlement.call) }
    }

    /// A call of the script, with so many steps.
    public func redisAnswered(steps: Int, nanoseconds: Int64) {
        counts.redis.add(nanoseconds)
        counts.batch.add(Int64(steps))
    }

    func requested(_ api: API, _ command: Command, nanoseconds: Int64, _ error: BudgetError?) {
        counts.requests[api.rawValue].latency.add(nanoseconds)
        counts.requests[api.rawValue].commands[command.place] += 1
        if let error { counts.requests[api.rawValue].errors[error.code, default: 0] += 1 }
    }

    private func count(_ event: MetricCounts.Event) { counts.events[event.rawValue] += 1 }

    private func spend(_ amounts: Amounts, _ call: PricedCall) {
        counts.tokens.add(amounts.tokens)
        let pair = SpendKey(tenant: call.subject.tenant, model: call.usage.model ?? "")
        if last.pair != pair {
            let place = counts.spending.place(pair)
            last = (pair, place ?? counts.spending.make(series.series(of: pair)))
        }
        counts.spending.add(
            Spend(cost: amounts.cost, tokens: amounts.tokens), at: last.place)
    }
}

/// An executor whose requests are counted and timed. Confined to its loop.
public final class MeteredExecutor: CommandExecutor {
    private let executor: any CommandExecutor
    private let metrics: LoopMetrics
    private let api: API

    public var events: (any EventSource)? { executor.events }

    /// Counts for one API what another executor does.
    public init(_ executor: any CommandExecutor, _ metrics: LoopMetrics, _ api: API) {
        self.executor = executor
        self.metrics = metrics
        self.api = api
    }

    public func execute(
        _ request: CommandRequest, completion: @escaping (Result<Answer, BudgetError>) -> Void
    ) {
        let begin = NIODeadline.now()
        let command = request.command
        executor.execute(request) { [metrics, api] result in
            var error: BudgetError?
            if case .failure(let failure) = result { error = failure }
            metrics.requested(
                api, command, nanoseconds: (NIODeadline.now() - begin).nanoseconds, error)
            completion(result)
        }
    }

    public func check(_ request: CommandRequest) throws(BudgetError) {
        try executor.check(request)
    }
}
