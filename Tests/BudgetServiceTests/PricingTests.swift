// What a call is taken to use and to cost, as the store is told it: defaults, prices of its parts,
// models without a price, fields that the policy requires. Amounts are worked out by hand.

import BudgetModel
import BudgetService
import Testing

private let defaults = """
    default_estimate:
      chat: { input_tokens: 2000, output_tokens: 500 }
      execute_tool: { seconds: 1.5 }
      embeddings: { input_tokens: 8000 }
    """

@Suite struct PricingTests {
    /// Input, output, milliseconds, and the cost in 1e-9 dollars.
    @Test(arguments: [
        // 2000 at 2500 and 500 at 10000.
        ("CHECK model gpt-4o", "2000 500 0 10000000"),
        ("RESERVE idempotency_key k model gpt-4o output_tokens 7", "2000 7 0 5070000"),
        ("CHARGE idempotency_key k model gpt-4o input_tokens 0", "0 500 0 5000000"),
        ("CHECK model gpt-4o operation embeddings", "8000 0 0 20000000"),
        ("CHECK model gpt-4o operation rerank", "0 0 0 0"),
        // Without a model it is taken for a tool's call, a cent each.
        ("CHECK tool web_search", "0 0 1500 10000000"),
        ("CHECK", "0 0 1500 0"),
        ("CHECK operation chat", "2000 500 0 0"),
        // What is spent already is not guessed.
        ("RECORD idempotency_key k model gpt-4o", "0 0 0 0"),
        ("RECORD idempotency_key k tool web_search", "0 0 0 10000000"),
    ])
    func whatIsNotSaidIsEstimated(_ request: String, _ expected: String) throws {
        let amounts = try Desk(defaults).admission(request).call.amounts
        #expect(
            "\(amounts.inputTokens) \(amounts.outputTokens) \(amounts.milliseconds) \(amounts.cost)"
                == expected)
        #expect(amounts.calls == 1)
        #expect(amounts.retries == 0)
    }

    /// The cost in 1e-9 dollars and the prices it was computed with.
    @Test(arguments: [
        // 600 at 2500, 400 at 1250 from the cache, 90 + 10 at 10000.
        (
            "model gpt-4o input_tokens 1000 cache_read_tokens 400 output_tokens 100 "
                + "reasoning_tokens 10", "3000000 openai/gpt-4o@2026-05-01"
        ),
        // Written to the cache costs what input costs, where it has no price of its own.
        (
            "model gpt-4o input_tokens 1000 cache_write_tokens 1000",
            "2500000 openai/gpt-4o@2026-05-01"
        ),
        // 1 ms at 3.60 an hour is 1000 nano-dollars; with the model's 25000, both are named.
        (
            "model gpt-4o input_tokens 10 machine a100 seconds 0.001",
            "26000 openai/gpt-4o@2026-05-01+machine:a100@2026-01-01"
        ),
        // The tool is charged beside a model only where the call is the tool's.
        ("model gpt-4o tool web_search", "0 openai/gpt-4o@2026-05-01"),
        (
            "model gpt-4o tool web_search operation execute_tool",
            "10000000 openai/gpt-4o@2026-05-01+tool:web_search@2026-01-01"
        ),
        ("tool knife", "0 none"),
        ("model gpt-4o input_tokens 1000 cost_usd 0.5", "500000000 given"),
        ("model nobody-knows cost_usd 0.5", "500000000 given"),
        // Half a nano-dollar is a whole one: never less than what was spent.
        ("cost_usd 0.0000000005", "1 given"),
    ])
    func aCallIsTheSumOfItsParts(_ fields: String, _ expected: String) throws {
        let call = try Desk().admission("RECORD idempotency_key k " + fields).call
        #expect("\(call.amounts.cost) \(call.priceVersion)" == expected)
        #expect(!call.isUnpriced)
    }

    @Test func aPriceHoldsFromItsDayOn() throws {
        let call = "RECORD idempotency_key k model gpt-4o input_tokens 1000"
        let before = try Desk(at: "2026-04-30T23:59:59").admission(call).call
        #expect(before.isUnpriced)
        let after = try Desk(at: "2026-05-01T00:00:00").admission(call).call
        #expect(after.amounts.cost == 2_500_000)
    }

    @Test func anUnknownModelIsThePolicysToJudge() throws {
        func admission(_ rule: String, _ verb: String) throws -> Admission {
            try Desk("unknown_model: \(rule)").admission(
                "\(verb) idempotency_key k model nobody-knows input_tokens 1000")
        }
        let denied = try admission("deny", "RESERVE")
        #expect(denied.preset == .unknownModel)
        #expect(denied.call.isUnpriced)
        // What is spent is entered, flagged.
        let recorded = try admission("deny", "RECORD")
        #expect(recorded.preset == nil)
        #expect(recorded.call.isUnpriced)
        #expect(recorded.call.amounts.cost == 0)
        let free = try admission("free", "RESERVE")
        #expect(free.preset == nil)
        #expect(free.call.amounts.cost == 0)
        #expect(free.call.priceVersion == "free")
        #expect(!free.call.isUnpriced)
        let priced = try admission("{ per_million: { input: 10, output: 30 } }", "RESERVE")
        #expect(priced.call.amounts.cost == 10_000_000)
        #expect(priced.call.priceVersion == "unknown_model")
        #expect(!priced.call.isUnpriced)
    }

    @Test func requiredFieldsAreLookedAtFirst() throws {
        let desk = try Desk("require: [run, user]")
        func preset(_ request: String) throws -> Admission.Preset? {
            try desk.admission(request).preset
        }
        #expect(try preset("CHECK user u run r model gpt-4o") == nil)
        #expect(try preset("CHECK user u model gpt-4o") == .missingSubject)
        #expect(try preset("CHECK user u model nobody-knows") == .missingSubject)
        #expect(try preset("CHECK user u run r model nobody-knows") == .unknownModel)
        #expect(try preset("RECORD idempotency_key k model gpt-4o") == nil)
    }

    @Test func retriesAreCallsWithAnAttempt() throws {
        let desk = try Desk()
        #expect(try desk.admission("CHECK attempt 0").call.amounts.retries == 0)
        #expect(try desk.admission("CHECK attempt 2").call.amounts.retries == 1)
        #expect(try desk.admission("CHECK attempt 2").call.amounts.calls == 1)
    }

    @Test func aReservationLivesAsLongAsAskedOrAsThePolicySays() throws {
        let desk = try Desk("reservations: { ttl: 45s, grace: 0s, max_ttl: 1h, on_expire: charge }")
        #expect(try desk.admission("RESERVE idempotency_key k").timeToLive == 45_000)
        #expect(try desk.admission("RESERVE idempotency_key k ttl_ms 7").timeToLive == 7)
    }
}
