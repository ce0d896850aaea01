// A store and a ledger that do nothing but remember what they were asked and answer what a test
// tells them to. The real ones are tested elsewhere; here it is what the service asks of them.

import BudgetModel

final class ScriptedStore: BudgetPort, CostLedgerPort, AdministrationPort {
    var now: Int64
    private(set) var steps: [Step] = []
    /// The tenants of everything that was asked for, in order.
    private(set) var tenants: [String] = []
    private(set) var sweptTenants: [String] = []
    private(set) var queries: [RunQuery] = []
    /// The results of the steps to come, in order; after them everything is done.
    var results: [StepResult] = []
    /// The thresholds that every step passes.
    var warnings: [StepAnswer.Warning] = []
    /// How far the clock goes with each step.
    var pace: Int64 = 0
    var ledger: RunLedger

    init(now: Int64) {
        self.now = now
        ledger = RunLedger(moment: Moment(sequence: Sequence(epoch: 0, number: 7), now: now))
    }

    func perform(_ step: Step, completion: @escaping (Result<StepAnswer, BudgetError>) -> Void) {
        steps.append(step)
        tenants.append(step.tenant)
        let moment = Moment(sequence: Sequence(epoch: 0, number: 7), now: now)
        now += pace
        let result = results.isEmpty ? .done : results.removeFirst()
        completion(.success(StepAnswer(result, at: moment, warnings: warnings)))
    }

    func sweep(tenant: String, completion: @escaping (Result<Int, BudgetError>) -> Void) {
        sweptTenants.append(tenant)
        completion(.success(1))
    }

    func run(
        _ query: RunQuery, completion: @escaping (Result<RunLedger, BudgetError>) -> Void
    ) {
        queries.append(query)
        tenants.append(query.tenant)
        completion(.success(ledger))
    }

    func journal(
        tenant: String, count: Int, after: Sequence?,
        completion: @escaping (Result<JournalPage, BudgetError>) -> Void
    ) {
        tenants.append(tenant)
        completion(
            .success(JournalPage(lines: [], isTrimmed: false, next: nil, moment: ledger.moment)))
    }

    func counters(
        tenant: String, count: Int, cursor: Int,
        completion: @escaping (Result<CountersPage, BudgetError>) -> Void
    ) {
        tenants.append(tenant)
        completion(
            .success(
                CountersPage(
                    holds: [], hashes: [], keepRunsMs: 1, keepLateCommitMs: 1, next: nil,
                    moment: ledger.moment)))
    }

    private(set) var topQueries: [TopQuery] = []
    var top = TopSpenders(
        rows: [], window: WindowInstance(id: "d", from: 1, until: 9), isComplete: true,
        moment: Moment(sequence: Sequence(epoch: 0, number: 7), now: 5))

    func top(
        _ query: TopQuery, completion: @escaping (Result<TopSpenders, BudgetError>) -> Void
    ) {
        topQueries.append(query)
        tenants.append(query.tenant)
        completion(.success(top))
    }

    private(set) var historyQueries: [HistoryQuery] = []
    var history = SpendHistory(
        rows: [],
        windows: [
            WindowInstance(id: "h1", from: 1, until: 5),
            WindowInstance(id: "h2", from: 5, until: 9),
        ], isComplete: true, moment: Moment(sequence: Sequence(epoch: 0, number: 7), now: 5))

    func history(
        _ query: HistoryQuery, completion: @escaping (Result<SpendHistory, BudgetError>) -> Void
    ) {
        historyQueries.append(query)
        tenants.append(query.tenant)
        completion(.success(history))
    }

    private(set) var entryQueries: [EntryQuery] = []
    var entries: [Event] = []

    func entries(
        _ query: EntryQuery, completion: @escaping (Result<EntryPage, BudgetError>) -> Void
    ) {
        entryQueries.append(query)
        tenants.append(query.filter.subject.tenant)
        completion(
            .success(
                EntryPage(
                    entries: entries, reached: entries.last?.moment.now, isTrimmed: false,
                    next: entries.last?.moment.sequence, moment: ledger.moment)))
    }

    /// Acts are remembered, and change nothing.
    private(set) var acts: [Act] = []

    func perform(_ act: Act, completion: @escaping (Result<ActResult, BudgetError>) -> Void) {
        acts.append(act)
        tenants.append(act.id.tenant)
        completion(
            .success(
                ActResult(moment: ledger.moment, before: .active, after: .active, isReplay: false)))
    }

    func scope(ofCounters key: String, tenant: String) -> Scope? { Scope(canonical: "user=u") }

    private(set) var auditQueries: [AuditQuery] = []

    func audit(
        _ query: AuditQuery,
        completion: @escaping (Result<Page<AuditLine>, BudgetError>) -> Void
    ) {
        auditQueries.append(query)
        tenants.append(query.tenant)
        completion(.success(Page(elements: [], next: nil, moment: ledger.moment)))
    }

    func steering(
        tenant: String, scopes: [String],
        completion: @escaping (Result<Page<Steering>, BudgetError>) -> Void
    ) {
        tenants.append(tenant)
        completion(.success(Page(elements: [], next: nil, moment: ledger.moment)))
    }

    func steering(
        tenant: String, cursor: Int,
        completion: @escaping (Result<Page<Steering>, BudgetError>) -> Void
    ) {
        tenants.append(tenant)
        completion(.success(Page(elements: [], next: nil, moment: ledger.moment)))
    }

    /// The admissions that were asked for.
    var admissions: [Admission] {
        steps.compactMap { if case .admit(let admission) = $0 { admission } else { nil } }
    }

    /// The settlements that were asked for.
    var settlements: [Settlement] {
        steps.compactMap { if case .settle(let settlement) = $0 { settlement } else { nil } }
    }
}
