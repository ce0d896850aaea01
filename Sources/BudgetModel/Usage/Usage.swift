/// What was or will be used by one model or tool call, as a worker states it.
///
/// A nil count means that the worker did not say: an estimate then takes the policy's
/// default, and a settlement takes what was reserved.
public struct Usage: Equatable, Sendable {
    /// The provider's name, e.g. `openai`.
    public var provider: String?
    public var model: String?
    /// `chat`, `embeddings`, `execute_tool`, …
    public var operation: String?
    /// Prompt tokens, cached ones included.
    public var inputTokens: Int64?
    /// Completion tokens, reasoning included.
    public var outputTokens: Int64?
    /// The part of the input that was read from the provider's cache.
    public var cacheReadTokens: Int64?
    /// The part of the input that was written to the provider's cache.
    public var cacheWriteTokens: Int64?
    /// The part of the written tokens that the cache keeps for an hour.
    public var longCacheWriteTokens: Int64?
    /// The part of the output that was reasoning.
    public var reasoningTokens: Int64?
    /// The part of the input that was sound; cached tokens may be among it.
    public var inputAudioTokens: Int64?
    /// The part of the input that was images; cached tokens may be among it.
    public var inputImageTokens: Int64?
    /// The part of the output that was sound.
    public var outputAudioTokens: Int64?
    /// The part of the output that was images.
    public var outputImageTokens: Int64?
    /// Compute time in milliseconds (`seconds` on the wire).
    public var milliseconds: Int64?
    /// The priced machine that the time was spent on.
    public var machine: String?
    /// Images that were made, or that an embedding took in.
    public var images: Int64?
    /// Searches, and what a reranker counts as one.
    public var queries: Int64?
    /// Characters of text that was spoken or embedded.
    public var characters: Int64?
    /// Units of something else that is priced by the piece.
    public var units: Int64?
    public var serviceTier: ServiceTier?
    /// In 1e-9 US dollars; given, it wins over the price book.
    public var cost: Int64?
    /// The provider's own id of the answer.
    public var responseID: String?
    /// 0 the first time.
    public var attempt: Int64?
    public var outcome: CallOutcome?

    public init() {}
}

/// The provider's tier of service, which may have a price of its own.
public enum ServiceTier: String, CaseIterable, Sendable {
    case standard
    case batch
    case flex
    case priority
}

/// How a call that was made ended. None of them makes the call free.
public enum CallOutcome: String, CaseIterable, Sendable {
    case ok
    case error
    case timeout
    case cancelled
}
