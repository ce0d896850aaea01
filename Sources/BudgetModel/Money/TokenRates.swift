/// The rates of a model's tokens in one tier of service.
///
/// In a tier's own rates, and in those above a threshold, an absent rate means that the one
/// below applies.
public struct TokenRates: Hashable, Sendable {
    /// One token of input that is of no other kind.
    public var input: Rate?
    /// One token of output that is of no other kind.
    public var output: Rate?
    /// One input token read from the provider's cache; absent, the input's rate.
    public var cacheRead: Rate?
    /// One input token written to the provider's cache; absent, the input's rate.
    public var cacheWrite: Rate?
    /// One that the cache keeps for an hour; absent, the rate of any written token.
    public var longCacheWrite: Rate?
    /// One output token of reasoning; absent, the output's rate.
    public var reasoning: Rate?
    /// One input token of sound; absent, the input's rate.
    public var inputAudio: Rate?
    /// One input token of an image; absent, the input's rate.
    public var inputImage: Rate?
    /// One output token of sound; absent, the output's rate.
    public var outputAudio: Rate?
    /// One output token of an image; absent, the output's rate.
    public var outputImage: Rate?

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
        var rates = self
        for kind in TokenRates.kinds {
            rates[keyPath: kind] = rates[keyPath: kind] ?? standard[keyPath: kind]
        }
        return rates
    }

    /// Every kind of token, in the order of the digest.
    static let kinds: [any WritableKeyPath<TokenRates, Rate?> & Sendable] = [
        \.input, \.output, \.cacheRead, \.cacheWrite, \.reasoning, \.longCacheWrite,
        \.inputAudio, \.inputImage, \.outputAudio, \.outputImage,
    ]
}
