// Token rates as LiteLLM's calculator finds them (litellm_core_utils/llm_cost_calc/utils.py),
// worked out once for every tier and threshold:
//
// - A request above a threshold (strictly; at xAI from it on) is charged at the rates above it,
//   all of it. A rate that has none there is the one below.
// - In flex and priority a rate is the tier's, else the standard one; above a threshold the
//   tier's there, else the standard one there. Reasoning has the tier's output rate where the
//   tier has one and none for reasoning.
// - In batch, cached tokens without a batch rate are charged as input, and only the batch's own
//   thresholds count. A model without batch rates has the standard ones; LiteLLM takes half of
//   them, which is a guess that may book too little.
// - `tiered_pricing` is the rates by range of input, for every tier.

import BudgetModel

/// The prices of one item, made into token rates.
struct LiteLLMTokens {
    let prices: [LiteLLMKey: Rate]
    /// From each range's beginning on (exclusively), its prices.
    let ranges: [(above: Int64, prices: [LiteLLMKey: Rate])]
    /// As the file names it: two providers have rules of their own.
    let provider: String?

    private static let kinds = LiteLLMKey.Kind.allCases.filter { $0.token != nil }

    var rates: Rates {
        let standard = self.standard
        let thresholds = Set(prices.keys.compactMap(\.above)).sorted()
        let tiers = Set(prices.keys.compactMap(\.tier))
        var steps = ranges.map { Rates.Step(above: $0.above, Rates.Tiers(inRange($0.prices))) }
        if steps.isEmpty {
            steps = thresholds.indices.map { index in
                let passed = Array(thresholds[...index])
                var step = Rates.Tiers(self.standard(passed))
                for tier in tiers { step.others[tier] = rates(in: tier, passed) }
                // "From it on" is "above one less".
                let above = thresholds[index] - (provider == "xai" ? 1 : 0)
                return Rates.Step(above: above, step)
            }
        }
        let others = tiers.map { ($0, rates(in: $0, [])) }
        return Rates(
            tokens: standard, tiers: Dictionary(others) { first, _ in first }, steps: steps)
    }

    private var standard: TokenRates { standard([]) }

    /// - Parameter passed: the thresholds that the input is above, rising.
    private func standard(_ passed: [Int64]) -> TokenRates {
        var rates = Self.rates(prices)
        if rates.cacheRead == nil, provider == "fireworks_ai", let input = rates.input {
            rates.cacheRead = Rate(femto: input.femto / 2 + input.femto % 2)
        }
        for threshold in passed { take(threshold, nil, &rates) }
        return rates
    }

    private func rates(in tier: ServiceTier, _ passed: [Int64]) -> TokenRates {
        if tier == .batch { return batch(passed) }
        var rates = standard([])
        let reasoning = rates.reasoning
        take(nil, tier, &rates)
        for threshold in passed {
            take(threshold, nil, &rates)
            take(threshold, tier, &rates)
        }
        rates.reasoning = self.reasoning(tier, rates.output, reasoning)
        return rates
    }

    private func batch(_ passed: [Int64]) -> TokenRates {
        var rates = standard([])
        let reasoning = rates.reasoning
        if prices[LiteLLMKey(.input, tier: .batch)] != nil {
            rates.cacheRead = nil
            rates.cacheWrite = nil
            rates.longCacheWrite = nil
        }
        take(nil, .batch, &rates)
        for threshold in passed { take(threshold, .batch, &rates) }
        rates.cacheRead = rates.cacheRead ?? rates.input
        rates.cacheWrite = rates.cacheWrite ?? rates.input
        rates.longCacheWrite = rates.longCacheWrite ?? rates.cacheWrite
        rates.reasoning = self.reasoning(.batch, rates.output, reasoning)
        return rates
    }

    /// Takes the rates that have prices of their own above a threshold or in a tier.
    private func take(_ above: Int64?, _ tier: ServiceTier?, _ rates: inout TokenRates) {
        for kind in Self.kinds {
            guard let path = kind.token,
                let price = prices[LiteLLMKey(kind, above: above, tier: tier)]
            else { continue }
            rates[keyPath: path] = price
        }
    }

    private func reasoning(_ tier: ServiceTier, _ output: Rate?, _ standard: Rate?) -> Rate? {
        if let own = prices[LiteLLMKey(.reasoning, tier: tier)] { return own }
        return prices[LiteLLMKey(.output, tier: tier)] == nil ? standard ?? output : output
    }

    private func inRange(_ own: [LiteLLMKey: Rate]) -> TokenRates {
        let flat = standard
        var rates = Self.rates(own)
        rates.cacheRead = rates.cacheRead ?? rates.input
        rates.cacheWrite = rates.cacheWrite ?? rates.input
        rates.longCacheWrite = rates.longCacheWrite ?? rates.cacheWrite
        if let output = rates.output {
            rates.reasoning = rates.reasoning ?? output
        } else {
            rates.output = flat.output
            rates.reasoning = rates.reasoning ?? flat.reasoning
        }
        return rates
    }

    /// The plain prices. Where an output token has none, or none but zero, it is an image's.
    private static func rates(_ prices: [LiteLLMKey: Rate]) -> TokenRates {
        var rates = TokenRates()
        for kind in kinds {
            if let path = kind.token { rates[keyPath: path] = prices[LiteLLMKey(kind)] }
        }
        if rates.output ?? .free == .free { rates.output = rates.outputImage ?? rates.output }
        return rates
    }
}
