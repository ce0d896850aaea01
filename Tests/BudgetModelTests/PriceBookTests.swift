// What calls cost: which entry holds, each token charged once, rounded up once.

import BudgetModel
import Testing

@Suite struct PriceBookTests {
    private let gpt = PriceEntry.Item.model("gpt-4o", provider: "openai")

    private func day(_ text: String) -> Int64 { CivilDate(text)?.midnight ?? .min }

    private func perMillion(_ text: String) throws -> Rate { try Rate.read(perMillion: text) }

    /// gpt-4o as in the design: 2.50 in, 10.00 out, 1.25 cached.
    private func standard() throws -> TokenRates {
        TokenRates(
            input: try perMillion("2.50"), output: try perMillion("10.00"),
            cacheRead: try perMillion("1.25"))
    }

    private func book(_ rates: Rates, _ item: PriceEntry.Item? = nil) -> PriceBook {
        PriceBook([PriceEntry(item: item ?? gpt, from: day("2026-05-01"), rates: rates)])
    }

    private func usage(
        _ input: Int64, _ output: Int64, read: Int64? = nil, written: Int64? = nil,
        reasoned: Int64? = nil, tier: ServiceTier? = nil
    ) -> Usage {
        var usage = Usage()
        usage.model = "gpt-4o"
        usage.provider = "openai"
        usage.inputTokens = input
        usage.outputTokens = output
        usage.cacheReadTokens = read
        usage.cacheWriteTokens = written
        usage.reasoningTokens = reasoned
        usage.serviceTier = tier
        return usage
    }

    private func nano(_ pricing: Pricing) -> Int64? {
        if case .priced(let nano, _) = pricing { nano } else { nil }
    }

    @Test func thirteenStepsOfTheWorkedExample() throws {
        let book = book(Rates(tokens: try standard()))
        var sum: Int64 = 0
        for _ in 0..<13 {
            let pricing = book.cost(of: usage(4000, 600), at: day("2026-11-22"))
            #expect(
                pricing == .priced(nano: 16_000_000, version: "openai/gpt-4o@2026-05-01"))
            sum += nano(pricing) ?? 0
        }
        #expect(NanoUSD.text(sum) == "0.208")
    }

    @Test func cachedAndReasoningTokensAreChargedOnce() throws {
        var rates = try standard()
        let at = day("2026-11-22")
        // 600 at 2.5e-6, 400 at 1.25e-6, 100 at 1e-5
        let reading = usage(1000, 100, read: 400)
        #expect(nano(book(Rates(tokens: rates)).cost(of: reading, at: at)) == 3_000_000)
        // No price for writing or reasoning: those of input and output.
        let all = usage(1000, 100, read: 400, written: 100, reasoned: 90)
        #expect(nano(book(Rates(tokens: rates)).cost(of: all, at: at)) == 3_000_000)
        rates.cacheWrite = try perMillion("5")
        rates.reasoning = try perMillion("20")
        #expect(nano(book(Rates(tokens: rates)).cost(of: all, at: at)) == 4_150_000)
        rates.cacheRead = nil
        #expect(nano(book(Rates(tokens: rates)).cost(of: all, at: at)) == 4_650_000)
    }

    @Test func aTierTakesTheStandardPriceWhereItHasNone() throws {
        let batch = TokenRates(input: try perMillion("1"), reasoning: try perMillion("2"))
        let book = book(Rates(tokens: try standard(), tiers: [.batch: batch]))
        let at = day("2026-11-22")
        let all = usage(1000, 100, read: 400, reasoned: 50, tier: .batch)
        // 600 at 1e-6, 400 at the standard 1.25e-6, 50 at the standard 1e-5, 50 at 2e-6
        #expect(nano(book.cost(of: all, at: at)) == 1_700_000)
        let flex = usage(1000, 100, tier: .flex)
        #expect(book.cost(of: flex, at: at) == book.cost(of: usage(1000, 100), at: at))
    }

    @Test func roundsUpOnceACall() throws {
        let at = day("2026-11-22")
        // 0.3e-9 a token of each kind: three parts of 0.3 are 0.9, and 1 when rounded once.
        let third = try perMillion("0.0003")
        let tokens = TokenRates(input: third, output: third, cacheRead: third)
        let book = book(Rates(tokens: tokens))
        #expect(nano(book.cost(of: usage(2, 1, read: 1), at: at)) == 1)
        #expect(nano(book.cost(of: usage(3, 1, read: 1), at: at)) == 2)
        #expect(nano(book.cost(of: usage(0, 0), at: at)) == 0)
        // Exactly whole: nothing is added.
        #expect(nano(book.cost(of: usage(10, 0), at: at)) == 3)
    }

    @Test func machinesToolsAndUnits() throws {
        let from = day("2026-01-01")
        let book = PriceBook([
            PriceEntry(
                item: .machine("a100"), from: from,
                rates: Rates(perHour: try Rate.read(perOne: "3.60"))),
            PriceEntry(
                item: .machine("odd"), from: from,
                rates: Rates(perHour: try Rate.read(perOne: "1"))),
            PriceEntry(
                item: .tool("web_search"), from: from,
                rates: Rates(
                    perCall: try Rate.read(perOne: "0.01"),
                    perUnit: try Rate.read(perOne: "0.002"))),
        ])
        var compute = Usage()
        compute.machine = "a100"
        compute.milliseconds = 1500
        #expect(
            book.cost(of: compute, at: from)
                == .priced(nano: 1_500_000, version: "machine:a100@2026-01-01"))
        compute.machine = "odd"
        compute.milliseconds = 1
        // 1/3,600,000 dollars is 277.77… nano-dollars.
        #expect(nano(book.cost(of: compute, at: from)) == 278)
        compute.units = 3
        #expect(
            book.cost(of: compute, tool: "web_search", at: from)
                == .priced(
                    nano: 16_000_278,
                    version: "machine:odd@2026-01-01+tool:web_search@2026-01-01"))
    }

    @Test func aToolIsChargedForToolCallsOnly() throws {
        let from = day("2026-05-01")
        let perCall = Rates(perCall: try Rate.read(perOne: "0.01"))
        let book = PriceBook([
            PriceEntry(item: .tool("search"), from: from, rates: perCall),
            PriceEntry(item: gpt, from: from, rates: Rates(tokens: try standard())),
        ])
        var call = usage(0, 0)
        call.operation = "chat"
        #expect(nano(book.cost(of: call, tool: "search", at: from)) == 0)
        call.operation = Usage.executeTool
        #expect(nano(book.cost(of: call, tool: "search", at: from)) == 10_000_000)
        #expect(nano(book.cost(of: Usage(), tool: "search", at: from)) == 10_000_000)
        #expect(
            book.cost(of: Usage(), tool: "other", at: from)
                == .priced(nano: 0, version: Pricing.none))
        #expect(book.cost(of: Usage(), at: from) == .priced(nano: 0, version: Pricing.none))
    }

    @Test func aStatedCostWins() throws {
        var stated = usage(4000, 600)
        stated.cost = 7
        let book = book(Rates(tokens: try standard()))
        let expected = Pricing.priced(nano: 7, version: Pricing.given)
        #expect(book.cost(of: stated, at: day("2026-11-22")) == expected)
        #expect(PriceBook().cost(of: stated, at: 0) == expected)
    }

    @Test func extremesDoNotOverflow() throws {
        let most = Rate(femto: Rate.most)
        let tokens = TokenRates(
            input: most, output: most, cacheRead: most, cacheWrite: most, reasoning: most)
        let dear = book(
            Rates(tokens: tokens, perHour: most, perCall: most, perUnit: most))
        var huge = usage(.max, .max, read: .max, written: .max, reasoned: .max)
        huge.milliseconds = .max
        huge.units = .max
        let at = day("2026-11-22")
        #expect(dear.cost(of: huge, at: at) == .tooLarge)
        // Each part below the bound, the sum above.
        #expect(dear.cost(of: usage(1, 0), at: at) == .tooLarge)
        let cent = book(Rates(tokens: TokenRates(input: try perMillion("10000"))))
        #expect(nano(cent.cost(of: usage(900_719, 0), at: at)) == 9_007_190_000_000)
        #expect(cent.cost(of: usage(900_720, 0), at: at) == .tooLarge)
        let fine = book(Rates(tokens: TokenRates(input: Rate(femto: 1))))
        let many: Int64 = 9_000_000_000_000_000_001
        #expect(nano(fine.cost(of: usage(many, 0), at: at)) == 9_000_000_000_001)
        #expect(fine.cost(of: usage(.max, 0), at: at) == .tooLarge)
    }
}
