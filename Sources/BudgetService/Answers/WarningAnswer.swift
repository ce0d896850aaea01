// Thresholds that an operation passed, as they are answered.

import BudgetModel

enum WarningAnswer {
    /// - Parameter limits: those that the warnings' places count from.
    static func list(_ warnings: [StepAnswer.Warning], _ limits: [PlannedLimit]) -> Answer {
        .list(
            warnings.filter { limits.indices.contains($0.index) }.map { warning in
                let planned = limits[warning.index]
                return .map([
                    .init("limit", .text(planned.limit.name)),
                    .init("scope", .text(planned.scope.text)),
                    .init("threshold", .text(NanoUSD.scaledText(warning.share, digits: 4))),
                ])
            })
    }
}
