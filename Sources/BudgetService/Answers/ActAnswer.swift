// What became of an administrator's act, and the audit of all of them.

import BudgetModel

enum ActAnswer {
    static func answer(_ act: Act, _ result: ActResult, _ policy: Policy) -> Answer {
        let measure = act.limit?.measure ?? result.measure
        var pairs: [Answer.Pair] = [
            .init("action", .text(act.change.name)),
            .init("scope", .text(act.scope.text)),
            .init("limit", .optional(act.limitName)),
            .init("before", .text(text(result.before, measure))),
            .init("after", .text(text(result.after, measure))),
            .init("replayed", .flag(result.isReplay)),
        ]
        DecisionAnswer.append(result.moment, policy, to: &pairs)
        return .map(pairs)
    }

    /// What was or is set, for people: `suspended`, `cap 20 until …, +5 until …`, `$3.20 spent`.
    static func text(_ state: SteeringState, _ measure: Measure?) -> String {
        let measure = measure ?? .calls
        switch state {
        case .active: return "active"
        case .suspended: return "suspended"
        case .spent(let amount): return AmountText.shown(amount, measure) + " spent"
        case .counters(let text): return text
        case .policy(let digest): return digest
        case .override(nil): return "the policy's cap"
        case .override(let override?):
            var parts: [String] = []
            if let cap = override.cap {
                let end = override.until.map { " until " + AmountText.moment($0) } ?? ""
                parts.append("cap " + AmountText.shown(cap, measure) + end)
            }
            for grant in override.grants {
                parts.append(
                    "+" + AmountText.shown(grant.amount, measure) + " until "
                        + AmountText.moment(grant.until))
            }
            return parts.joined(separator: ", ")
        }
    }
}

enum AuditAnswer {
    static func answer(_ page: Page<AuditLine>, _ policy: Policy) -> Answer {
        let next = page.next.flatMap { Sequence(text: $0) }?.value
        var pairs: [Answer.Pair] = [
            .init("entries", .list(page.elements.map(line))),
            .init("next", .optional(next)),
        ]
        DecisionAnswer.append(page.moment, policy, to: &pairs)
        return .map(pairs)
    }

    private static func line(_ line: AuditLine) -> Answer {
        let entry = line.entry
        let measure = entry?.measure
        return .map([
            .init("seq", .integer(line.sequence.value)),
            .init("at_ms", .optional(entry?.moment.now)),
            .init("actor", .optional(entry?.actor)),
            .init("action", .optional(entry?.action)),
            .init("subject", .optional((entry?.scope).map(SteeringAnswer.readable))),
            .init("limit", .optional(entry?.limit)),
            .init("before", .optional((entry?.before).map { ActAnswer.text($0, measure) })),
            .init("after", .optional((entry?.after).map { ActAnswer.text($0, measure) })),
            .init("reason", .optional(entry?.reason)),
            .init("text", .text(line.text)),
            .init("chain", .text(line.chain)),
        ])
    }
}
