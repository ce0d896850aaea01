// Which entry prices a model, and what becomes of one that has none.

import BudgetModel
import Testing

@Suite struct PriceBookLookupTests {
    private func day(_ text: String) -> Int64 { CivilDate(text)?.midnight ?? .min }

    private func entry(
        _ model: String, _ provider: String?, _ from: String, perCall nano: Int64
    ) -> PriceEntry {
        PriceEntry(
            item: .model(model, provider: provider), from: day(from),
            rates: Rates(perCall: Rate(femto: nano * 1_000_000)))
    }

    private func call(_ model: String, _ provider: String? = nil) -> Usage {
        var usage = Usage()
        usage.model = model
        usage.provider = provider
        return usage
    }

    @Test func aLaterEntryReplacesAnEarlierFromItsMidnightOn() {
        // Out of order on purpose.
        let book = PriceBook([
            entry("m", nil, "2026-11-01", perCall: 3), entry("m", nil, "2026-01-01", perCall: 1),
            entry("m", nil, "2026-05-01", perCall: 2),
        ])
        let price = { (at: Int64) in book.cost(of: call("m"), at: at) }
        #expect(price(day("2026-01-01") - 1) == .unknown(.model("m", provider: nil)))
        #expect(price(day("2026-01-01")) == .priced(nano: 1, version: "m@2026-01-01"))
        #expect(price(day("2026-05-01") - 1) == .priced(nano: 1, version: "m@2026-01-01"))
        #expect(price(day("2026-05-01")) == .priced(nano: 2, version: "m@2026-05-01"))
        #expect(price(day("2030-01-01")) == .priced(nano: 3, version: "m@2026-11-01"))
    }

    @Test("promise 9: tokens of a model that is not named are not free")
    func tokensWithoutAModel() {
        let book = PriceBook([entry("m", nil, "2026-01-01", perCall: 1)])
        var usage = Usage()
        #expect(book.cost(of: usage, at: 0) == .priced(nano: 0, version: Pricing.none))
        usage.outputTokens = 9999
        #expect(book.cost(of: usage, at: 0) == .unknown(.model("", provider: nil)))
        #expect(book.cost(of: usage, tool: "t", at: 0) == .unknown(.model("", provider: nil)))
        let free = book.cost(of: usage, at: 0, unknownModel: .free)
        #expect(free == .priced(nano: 0, version: "free"))
        usage.cost = 5
        #expect(book.cost(of: usage, at: 0) == .priced(nano: 5, version: Pricing.given))
    }

    @Test func theProvidersOwnPriceThenTheGeneralThenTheOnly() {
        let from = "2026-01-01"
        let book = PriceBook([
            entry("both", "azure", from, perCall: 1), entry("both", nil, from, perCall: 2),
            entry("one", "azure", from, perCall: 3), entry("two", "azure", from, perCall: 4),
            entry("two", "openai", from, perCall: 5), entry("later", "a", from, perCall: 6),
            entry("later", "b", "2026-06-01", perCall: 7),
        ])
        let version = { (model: String, provider: String?, at: String) in
            book.entry(model: model, provider: provider, at: day(at))?.version
        }
        #expect(version("both", "azure", from) == "azure/both@2026-01-01")
        #expect(version("both", "openai", from) == "both@2026-01-01")
        #expect(version("both", nil, from) == "both@2026-01-01")
        #expect(version("one", nil, from) == "azure/one@2026-01-01")
        // A named provider is never replaced by another one.
        #expect(version("one", "openai", from) == nil)
        #expect(version("two", nil, from) == nil)
        #expect(version("two", "openai", from) == "openai/two@2026-01-01")
        // Only prices that are in force count.
        #expect(version("later", nil, "2026-05-31") == "a/later@2026-01-01")
        #expect(version("later", nil, "2026-06-01") == nil)
        #expect(version("ONE", nil, from) == nil)
    }

    @Test func thePolicyAnswersForTheUnknown() {
        let book = PriceBook()
        var usage = call("new", "p")
        usage.inputTokens = 1000
        #expect(book.cost(of: usage, at: 0) == .unknown(.model("new", provider: "p")))
        #expect(
            book.cost(of: usage, at: 0, unknownModel: .free)
                == .priced(nano: 0, version: "free"))
        let rates = Rates(tokens: TokenRates(input: Rate(femto: 2_500_000_000)))
        #expect(
            book.cost(of: usage, at: 0, unknownModel: .price(rates))
                == .priced(nano: 2_500_000, version: "unknown_model"))
        var compute = Usage()
        compute.machine = "h100"
        for answer in [UnknownModel.deny, .price(rates)] {
            #expect(
                book.cost(of: compute, at: 0, unknownModel: answer)
                    == .unknown(.machine("h100")))
        }
    }

    @Test func partsLargerThanTheWholeAreRefused() throws {
        var usage = Usage()
        usage.inputTokens = 100
        usage.cacheReadTokens = 60
        usage.cacheWriteTokens = 40
        usage.outputTokens = 10
        usage.reasoningTokens = 10
        try usage.checkParts()
        usage.cacheWriteTokens = 41
        #expect {
            try usage.checkParts()
        } throws: { error in
            (error as? BudgetError)?.message
                == "cache_read_tokens 60 and cache_write_tokens 41 are together more than "
                + "input_tokens 100; expected input_tokens to include them"
        }
        usage.cacheWriteTokens = .max
        #expect(throws: BudgetError.self) { try usage.checkParts() }
        usage.inputTokens = nil
        try usage.checkParts()
        usage.reasoningTokens = 11
        #expect(throws: BudgetError.self) { try usage.checkParts() }
    }
}
