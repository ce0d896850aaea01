// What limits stand at, as it is answered.

import BudgetModel

/// The answer to USAGE: every limit that applies, and what to make of it.
enum UsageAnswer {
    static func answer(
        _ limits: [PlannedLimit], _ standings: [LimitStanding], _ moment: Moment,
        _ policy: Policy
    ) -> Answer {
        let rows = zip(limits, standings)
        let tightest =
            rows
            .filter { $0.0.limit.mode == .enforce }
            .min { share($0.1) < share($1.1) }
        let advice = tightest.map { Advice(remaining: $0.1.remaining, cap: $0.1.cap) } ?? .ok
        var pairs: [Answer.Pair] = [
            .init("limits", .list(rows.map(row))),
            .init("advice", .text(advice.rawValue)),
            .init("tightest", .optional(tightest?.0.limit.name)),
            .init(
                "tightest_remaining",
                tightest.map { AmountText.answer($0.1.remaining, $0.0.limit.measure) } ?? .null),
        ]
        DecisionAnswer.append(moment, policy, to: &pairs)
        return .map(pairs)
    }

    /// The answer to NEAR: the same rows of many subjects, the nearest to its cap first.
    static func near(
        _ found: NearSearch.Found, _ policy: Policy
    ) -> Answer {
        var pairs: [Answer.Pair] = [
            .init("limits", .list(found.rows.map(row))),
            .init("next", .optional(found.next.map(Int64.init))),
        ]
        DecisionAnswer.append(found.moment, policy, to: &pairs)
        return .map(pairs)
    }

    private static func share(_ standing: LimitStanding) -> Double {
        standing.cap > 0 ? Double(standing.remaining) / Double(standing.cap) : 0
    }

    private static func row(_ planned: PlannedLimit, _ standing: LimitStanding) -> Answer {
        let measure = planned.limit.measure
        let reset = planned.window.until
        return .map([
            .init("limit", .text(planned.limit.name)),
            .init("scope", .text(planned.scope.text)),
            .init("window", .text(planned.limit.window.name)),
            .init("measure", .text(measure.name)),
            .init("mode", .text(planned.limit.mode.rawValue)),
            .init("cap", AmountText.answer(standing.cap, measure)),
            .init("spent", AmountText.answer(standing.spent, measure)),
            .init("held", AmountText.answer(standing.held, measure)),
            .init("remaining", AmountText.answer(standing.remaining, measure)),
            .init("resets_at_ms", reset == .max ? .null : .integer(reset)),
            .init("idle_ms", .optional(planned.limit.window.idleMilliseconds)),
            .init("overridden", .flag(standing.isOverridden)),
        ])
    }
}
