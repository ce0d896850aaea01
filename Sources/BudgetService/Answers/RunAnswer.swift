// A run's ledger as it is answered.

import BudgetModel

/// The answer to RUN: the total as a sentence, the tasks, the entries.
enum RunAnswer {
    static func answer(_ ledger: RunLedger, _ query: RunQuery, _ policy: Policy) -> Answer {
        let totals = ledger.totals
        let cost = NanoUSD.text(totals.cost)
        let total =
            "Total tokens used: \(totals.tokens) (~$\(cost)) across \(totals.calls) "
            + (totals.calls == 1 ? "step" : "steps")
        var pairs: [Answer.Pair] = [
            .init("run", .text(query.run)),
            .init("tenant", .text(query.tenant)),
            .init("total", .text(total)),
        ]
        pairs += sums(totals)
        pairs.append(.init("tasks", .list(ledger.tasks.map(task))))
        pairs.append(.init("entries", .list(ledger.entries.map(entry))))
        pairs.append(.init("next", .optional(ledger.next.map(Int64.init))))
        DecisionAnswer.append(ledger.moment, policy, to: &pairs)
        return .map(pairs)
    }

    private static func sums(_ totals: RunLedger.Totals) -> [Answer.Pair] {
        [
            .init("cost_usd", .text(NanoUSD.text(totals.cost))),
            .init("tokens", .integer(totals.tokens)),
            .init("calls", .integer(totals.calls)),
            .init("retries", .integer(totals.retries)),
        ]
    }

    private static func task(_ task: RunLedger.Task) -> Answer {
        .map([.init("task", .text(task.name))] + sums(task.totals))
    }

    private static func entry(_ entry: RunLedger.Entry) -> Answer {
        let subject = entry.call.subject
        let usage = entry.call.usage
        let amounts = entry.call.amounts
        return .map([
            .init("id", .text(entry.id.text)),
            .init("seq", .integer(entry.moment.sequence.value)),
            .init("kind", .text(entry.kind)),
            .init("at_ms", .integer(entry.moment.now)),
            .init("user", .optional(subject.user)),
            .init("session", .optional(subject.session)),
            .init("task", .optional(subject.task)),
            .init("agent", .optional(subject.agent)),
            .init("tool", .optional(subject.tool)),
            .init("model", .optional(usage.model)),
            .init("cost_usd", .text(NanoUSD.text(amounts.cost))),
            .init("tokens", .integer(amounts.tokens)),
            .init("input_tokens", .integer(amounts.inputTokens)),
            .init("output_tokens", .integer(amounts.outputTokens)),
            .init("seconds", AmountText.answer(amounts.milliseconds, .seconds)),
            .init("attempt", .integer(usage.attempt ?? 0)),
            .init("outcome", .text((usage.outcome ?? .ok).rawValue)),
            .init("price", .text(entry.call.priceVersion)),
            .init("unpriced", .flag(entry.call.isUnpriced)),
            .init("over_estimate", .flag(entry.isOverEstimate)),
            .init("response_id", .optional(usage.responseID)),
        ])
    }
}
