// A run's ledger, as the reference ledger keeps it.

import BudgetModel

/// Totals of a run and of its tasks, and its entries.
struct ReferenceRun {
    var totals = RunLedger.Totals()
    var tasks: [ExactName: RunLedger.Task] = [:]
    var entries: [RunLedger.Entry] = []

    mutating func enter(_ entry: RunLedger.Entry) {
        let task = entry.call.subject.task ?? ""
        let amounts = entry.call.amounts
        totals.add(amounts)
        tasks[ExactName(task), default: RunLedger.Task(name: task, totals: .init())]
            .totals.add(amounts)
        entries.append(entry)
    }
}

extension RunLedger.Totals {
    fileprivate mutating func add(_ amounts: Amounts) {
        cost += amounts.cost
        tokens += amounts.tokens
        calls += amounts.calls
        retries += amounts.retries
    }
}
