// Amounts in sentences and in the audit, of every measure.

import BudgetModel
import Testing

@testable import BudgetService

@Suite struct AmountTextTests {
    /// One unit of each measure, and what it is called.
    private static let one: [(Measure, Int64, String, String)] = [
        (.cost, 1_000_000_000, "$1.00", "$1.00"), (.tokens, 1, "1 token", "1"),
        (.inputTokens, 1, "1 input token", "1"), (.outputTokens, 1, "1 output token", "1"),
        (.calls, 1, "1 call", "1"), (.retries, 1, "1 retry", "1"),
        (.seconds, 1000, "1 second", "1s"), (.inFlight, 1, "1 open reservation", "1"),
        (.tasks, 1, "1 task", "1"),
    ]

    @Test func oneIsOne() {
        #expect(Self.one.map(\.0) == Measure.allCases)
        for (measure, amount, phrase, shown) in Self.one {
            #expect(AmountText.phrase(amount, measure) == phrase)
            #expect(AmountText.shown(amount, measure) == shown)
        }
    }

    @Test(
        arguments: [
            (.cost, 1_234_500_000_000, "$1,234.50", "$1,234.50"),
            (.cost, 2_000_000, "$0.002", "$0.002"),
            (.tokens, 0, "0 tokens", "0"), (.tokens, 4600, "4,600 tokens", "4,600"),
            (.inputTokens, 2, "2 input tokens", "2"), (.outputTokens, 2, "2 output tokens", "2"),
            (.calls, 2, "2 calls", "2"), (.retries, 2, "2 retries", "2"),
            (.seconds, 1, "0.001 seconds", "0.001s"),
            (.seconds, 3_600_500, "3,600.5 seconds", "3,600.5s"),
            (.inFlight, 2, "2 open reservations", "2"), (.tasks, 2, "2 tasks", "2"),
        ] as [(Measure, Int64, String, String)])
    func more(_ measure: Measure, _ amount: Int64, _ phrase: String, _ shown: String) {
        #expect(AmountText.phrase(amount, measure) == phrase)
        #expect(AmountText.shown(amount, measure) == shown)
    }
}
