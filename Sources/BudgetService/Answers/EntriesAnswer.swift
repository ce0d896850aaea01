// A subject's ledger as it is answered.

import BudgetModel

/// The answer to ENTRIES.
enum EntriesAnswer {
    static func answer(_ page: EntryPage, _ policy: Policy) -> Answer {
        var pairs: [Answer.Pair] = [
            .init("entries", .list(page.entries.compactMap(entry))),
            .init("reached_ms", .optional(page.reached)),
            .init("trimmed", .flag(page.isTrimmed)),
            .init("next", .optional(page.next?.value)),
        ]
        DecisionAnswer.append(page.moment, policy, to: &pairs)
        return .map(pairs)
    }

    private static func entry(_ event: Event) -> Answer? {
        switch event.matter {
        case .call(let call): entry(event, call: call)
        case .act(let act): entry(event, act: act)
        case .denied, .gap: nil
        }
    }

    private static func entry(_ event: Event, call: Event.Call? = nil, act: AuditEntry? = nil)
        -> Answer
    {
        let subject = call?.call.subject
        let usage = call?.call.usage
        let amounts = call?.amounts
        return .map([
            .init("seq", .integer(event.moment.sequence.value)),
            .init("at_ms", .integer(event.moment.now)),
            .init("kind", .optional(call?.kind.rawValue ?? act?.action)),
            .init("spends", .flag(call?.kind.spends ?? false)),
            .init("id", .optional(call?.id.text)),
            .init("user", .optional(subject?.user)),
            .init("session", .optional(subject?.session)),
            .init("run", .optional(subject?.run)),
            .init("task", .optional(subject?.task)),
            .init("agent", .optional(subject?.agent)),
            .init("tool", .optional(subject?.tool)),
            .init("model", .optional(usage?.model)),
            .init("cost_usd", .optional((amounts?.cost).map(NanoUSD.text))),
            .init("tokens", .optional(amounts?.tokens)),
            .init("input_tokens", .optional(amounts?.inputTokens)),
            .init("output_tokens", .optional(amounts?.outputTokens)),
            .init("seconds", AmountText.answer(amounts?.milliseconds, .seconds)),
            .init("attempt", .optional(usage.map { $0.attempt ?? 0 })),
            .init("outcome", .optional(usage.map { ($0.outcome ?? .ok).rawValue })),
            .init("price", .optional(call?.call.priceVersion)),
            .init("unpriced", .flag(call?.call.isUnpriced ?? false)),
            .init("scope", .optional((act?.scope).map(SteeringAnswer.readable))),
            .init("limit", .optional(act?.limit)),
            .init(
                "before", .optional(act.map { ActAnswer.text($0.before, $0.measure) })),
            .init("after", .optional(act.map { ActAnswer.text($0.after, $0.measure) })),
        ])
    }
}

extension Event.CallKind {
    /// Whether its amounts are spent; those of the others are held, or are held no more.
    fileprivate var spends: Bool {
        switch self {
        case .charge, .record, .commit, .lateCommit, .expireCharge, .void: true
        case .reserve, .release, .extend, .expire: false
        }
    }
}

extension Event.Call {
    /// So that those which are spent add up to what was.
    fileprivate var amounts: Amounts { kind == .void ? Amounts() - call.amounts : call.amounts }
}
