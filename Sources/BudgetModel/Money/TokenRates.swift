/// The rates of a model's tokens in one tier of service.
///
/// In a tier's own rates, an absent rate means that the standard one applies.
public struct TokenRates: Hashable, Sendable {
    /// One token of input that is neither read from nor written to the cache.
    public var input: Rate?
    /// One token of output that is not reasoning.
    public var output: Rate?
    /// One input token read from the provider's cache; absent, the input's rate.
    public var cacheRead: Rate?
    /// One input token written to the provider's cache; absent, the input's rate.
    public var cacheWrite: Rate?
    /// One output token of reasoning; absent, the output's rate.
    public var reasoning: Rate?

    public init(
        input: Rate? = nil, output: Rate? = nil, cacheRead: Rate? = nil, cacheWrite: Rate? = nil,
        reasoning: Rate? = nil
    ) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.reasoning = reasoning
    }

    /// These rates, completed by `standard` where they are absent.
    public func completed(by standard: TokenRates) -> TokenRates {
        TokenRates(
            input: input ?? standard.input,
            output: output ?? standard.output,
            cacheRead: cacheRead ?? standard.cacheRead,
            cacheWrite: cacheWrite ?? standard.cacheWrite,
            reasoning: reasoning ?? standard.reasoning)
    }
}
