/// Everything that one entry of the price book charges for; what is absent costs nothing.
public struct Rates: Hashable, Sendable {
    /// A model's tokens in the standard tier, and in every tier without rates of its own.
    public var tokens: TokenRates
    /// What differs from `tokens` in another tier of service.
    public var tiers: [ServiceTier: TokenRates]
    /// Compute time, by the hour.
    public var perHour: Rate?
    /// Each call, whatever it uses.
    public var perCall: Rate?
    /// Each of the usage's `units`.
    public var perUnit: Rate?

    public init(
        tokens: TokenRates = TokenRates(), tiers: [ServiceTier: TokenRates] = [:],
        perHour: Rate? = nil, perCall: Rate? = nil, perUnit: Rate? = nil
    ) {
        self.tokens = tokens
        self.tiers = tiers
        self.perHour = perHour
        self.perCall = perCall
        self.perUnit = perUnit
    }

    /// The token rates of a tier: its own, and the standard ones where it has none.
    public func tokens(in tier: ServiceTier?) -> TokenRates {
        guard let tier, let own = tiers[tier] else { return tokens }
        return own.completed(by: tokens)
    }
}
