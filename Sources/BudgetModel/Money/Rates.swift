/// Everything that one entry of the price book charges for; what is absent costs nothing.
///
/// Whoever prices a call looks up the token rates of its tier and size. They are worked out
/// here, once, and not with each call.
public struct Rates: Hashable, Sendable {
    /// Token rates by tier. A tier that is absent has the standard one's.
    public struct Tiers: Hashable, Sendable {
        public var standard: TokenRates
        /// What differs from `standard` in another tier of service.
        public var others: [ServiceTier: TokenRates]

        public init(
            _ standard: TokenRates = TokenRates(), _ others: [ServiceTier: TokenRates] = [:]
        ) {
            self.standard = standard
            self.others = others
        }

        subscript(tier: ServiceTier?) -> TokenRates {
            guard let tier, let own = others[tier] else { return standard }
            return own
        }
    }

    /// Rates of every token of a request with more input than a threshold.
    public struct Step: Hashable, Sendable {
        /// In input tokens, cached ones included. Exactly so many are still below.
        public var above: Int64
        public var tiers: Tiers

        public init(above: Int64, _ tiers: Tiers) {
            self.above = above
            self.tiers = tiers
        }
    }

    /// Of a request below every threshold; each tier complete.
    public let tiers: Tiers
    /// The thresholds, rising; each step and tier complete.
    public let steps: [Step]
    /// Time, by the hour. A model whose tokens cost something too is charged for its time only
    /// where the tokens come to nothing.
    public var perHour: Rate?
    /// Each call, whatever it uses.
    public var perCall: Rate?
    /// Each image, where the call states no output tokens: those are what an image is made of.
    public var perImage: Rate?
    public var perQuery: Rate?
    /// Each character, in place of the tokens of text.
    public var perCharacter: Rate?
    /// Each of the usage's `units`.
    public var perUnit: Rate?

    /// - Parameters:
    ///   - tokens: the rates of the standard tier.
    ///   - tiers: what differs from `tokens` in another tier.
    ///   - steps: what differs above thresholds, in any order. A rate that a step's tier leaves
    ///     open is the one of the step's standard tier, then the one below the step.
    public init(
        tokens: TokenRates = TokenRates(), tiers: [ServiceTier: TokenRates] = [:],
        steps: [Step] = [], perHour: Rate? = nil, perCall: Rate? = nil, perUnit: Rate? = nil
    ) {
        let base = Tiers(tokens, tiers.mapValues { $0.completed(by: tokens) })
        var complete: [Step] = []
        for step in steps.sorted(by: { $0.above < $1.above }) {
            let below = complete.last?.tiers ?? base
            complete.append(Step(above: step.above, step.tiers.completed(by: below)))
        }
        self.tiers = base
        self.steps = complete
        self.perHour = perHour
        self.perCall = perCall
        self.perUnit = perUnit
    }

    /// The rates of the standard tier below every threshold.
    public var tokens: TokenRates { tiers.standard }

    /// The token rates of a request.
    ///
    /// - Parameter input: its input tokens, cached ones included.
    public func tokens(in tier: ServiceTier?, input: Int64 = 0) -> TokenRates {
        guard let step = steps.last(where: { input > $0.above }) else { return tiers[tier] }
        return step.tiers[tier]
    }
}

extension Rates.Tiers {
    /// The tiers of a step, completed by those below it.
    fileprivate func completed(by below: Rates.Tiers) -> Rates.Tiers {
        var tiers = Rates.Tiers(standard.completed(by: below.standard))
        for tier in Set(others.keys).union(below.others.keys) {
            let own = others[tier] ?? TokenRates()
            tiers.others[tier] = own.completed(by: standard).completed(by: below[tier])
        }
        return tiers
    }
}
