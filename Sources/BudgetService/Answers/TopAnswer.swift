// A ranking of spenders as it is answered.

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
}
