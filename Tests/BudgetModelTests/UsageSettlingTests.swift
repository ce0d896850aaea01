// What a commit leaves out.

import BudgetModel
import Testing

@Suite struct UsageSettlingTests {
    private var reserved: Usage {
        var usage = Usage()
        usage.model = "m"
        usage.inputTokens = 100
        usage.cacheReadTokens = 40
        usage.outputTokens = 10
        usage.reasoningTokens = 5
        return usage
    }

    @Test("promise 9: a commit that leaves the input out books the input that was held")
    func outputOnly() {
        var stated = Usage()
        stated.outputTokens = 7
        let usage = stated.completed(from: reserved)
        #expect(usage.inputTokens == 100)
        #expect(usage.cacheReadTokens == 40)
        #expect(usage.outputTokens == 7)
        #expect(usage.reasoningTokens == nil)
        #expect(usage.model == "m")
    }

    @Test func inputOnly() {
        var stated = Usage()
        stated.inputTokens = 90
        let usage = stated.completed(from: reserved)
        #expect(usage.inputTokens == 90)
        #expect(usage.cacheReadTokens == nil)
        #expect(usage.outputTokens == 0)
        #expect(usage.reasoningTokens == nil)
    }

    @Test func nothingAtAll() {
        let usage = Usage().completed(from: reserved)
        #expect(usage.inputTokens == 100)
        #expect(usage.cacheReadTokens == 40)
        #expect(usage.outputTokens == 10)
        #expect(usage.reasoningTokens == 5)
    }
}
