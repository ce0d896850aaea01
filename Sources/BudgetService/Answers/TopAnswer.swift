// Rankings of spenders, and their histories, as they are answered.

import BudgetModel

enum TopAnswer {
    static func answer(_ top: TopSpenders, _ query: TopQuery, _ policy: Policy) -> Answer {
        let rows = top.rows.map { row in
            Answer.map([
                .init("name", .text(row.name)),
                .init("value", AmountText.answer(row.value, query.measure)),
            ])
        }
        var pairs: [Answer.Pair] = [
            .init("rows", .list(rows)),
            .init("from_ms", .integer(top.window.from)),
            .init("until_ms", .integer(top.window.until)),
            .init("complete", .flag(top.isComplete)),
        ]
        DecisionAnswer.append(top.moment, policy, to: &pairs)
        return .map(pairs)
    }

    static func history(
        _ history: SpendHistory, _ query: HistoryQuery, _ policy: Policy
    ) -> Answer {
        let windows = history.windows.map { window in
            Answer.map([
                .init("from_ms", .integer(window.from)), .init("until_ms", .integer(window.until)),
            ])
        }
        let rows = history.rows.map { row in
            Answer.map([
                .init("name", .text(row.name)),
                .init(
                    "values", .list(row.values.map { AmountText.answer($0, query.measure) })),
            ])
        }
        var pairs: [Answer.Pair] = [
            .init("windows", .list(windows)),
            .init("rows", .list(rows)),
            .init("complete", .flag(history.isComplete)),
        ]
        DecisionAnswer.append(history.moment, policy, to: &pairs)
        return .map(pairs)
    }
}
