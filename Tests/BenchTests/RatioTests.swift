// Goals are judged by the median.

import Testing

@testable import budgetbench

@Suite struct RatioTests {
    private func ratio(_ values: [Double], _ goal: Goal?) -> Ratio {
        Ratio(name: "a", title: "A", values: values, goal: goal)
    }

    @Test func theMedianDecides() {
        #expect(ratio([0.5, 1.1, 9], .atMost(1.1)).judgement == "goal ≤ 1.1 met")
        #expect(ratio([0.5, 1.2, 9], .atMost(1.1)).judgement == "goal ≤ 1.1 MISSED")
        #expect(ratio([0.5, 1.3, 9], .atLeast(1.3)).judgement == "goal ≥ 1.3 met")
        #expect(ratio([0.5, 1.2, 9], .atLeast(1.3)).judgement == "goal ≥ 1.3 MISSED")
        #expect(ratio([1], nil).judgement.isEmpty)
    }

    @Test func aTableHasColumnsAsWideAsTheirCells() {
        #expect(
            TextTable.lines([["", "count"], ["RESERVE", "1"], ["a"]])
                == ["         count", "RESERVE      1", "a"])
    }
}
