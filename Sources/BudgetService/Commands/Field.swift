// The fields of commands, in one place: names, forms and what an error message expects.

import BudgetModel

/// A field of a command: its name on the wire, its form and what it means.
public enum Field: String, CaseIterable, Sendable {
    case idempotencyKey = "idempotency_key"
    case tenant
    case user
    case session
    case run
    case task
    case agent
    case tool
    case fingerprint
    /// `label.<name>`, any number of them up to ``Bounds/maxLabels``.
    case label = "label.<name>"
    case provider
    case model
    case operation
    case inputTokens = "input_tokens"
    case outputTokens = "output_tokens"
    case cacheReadTokens = "cache_read_tokens"
    case cacheWriteTokens = "cache_write_tokens"
    case longCacheWriteTokens = "cache_write_1h_tokens"
    case reasoningTokens = "reasoning_tokens"
    case inputAudioTokens = "input_audio_tokens"
    case inputImageTokens = "input_image_tokens"
    case outputAudioTokens = "output_audio_tokens"
    case outputImageTokens = "output_image_tokens"
    case images
    case queries
    case characters
    case seconds
    case machine
    case units
    case serviceTier = "service_tier"
    case cost = "cost_usd"
    case responseID = "response_id"
    case attempt
    case outcome
    case ttl = "ttl_ms"
    case order = "by"
    case count
    case cursor
    case limit
    case cap
    case amount
    case until = "until_ms"
    case reason
    case key
    case changes
    case asOf = "as_of"
    case of
    case left
    case action
    case actor
    case since = "since_ms"

    /// The fields of a subject.
    public static let subject: [Field] = [
        .tenant, .user, .session, .run, .task, .agent, .tool, .fingerprint, .label,
    ]

    /// The fields of an estimate or a usage.
    public static let usage: [Field] = [
        .provider, .model, .operation, .inputTokens, .outputTokens, .cacheReadTokens,
        .cacheWriteTokens, .longCacheWriteTokens, .reasoningTokens, .inputAudioTokens,
        .inputImageTokens, .outputAudioTokens, .outputImageTokens, .images, .queries,
        .characters, .seconds, .machine, .units, .serviceTier, .cost, .responseID, .attempt,
        .outcome,
    ]

    /// What its value has to be, as an error message says it.
    public var expectation: String {
        switch self {
        case .idempotencyKey: "1 to 512 bytes of text"
        case .tenant, .user, .session, .run, .task, .agent, .tool, .fingerprint, .label,
            .provider, .model, .operation, .machine, .responseID, .of, .actor:
            "1 to 256 bytes of text without control characters"
        case .inputTokens, .outputTokens, .cacheReadTokens, .cacheWriteTokens,
            .longCacheWriteTokens, .reasoningTokens, .inputAudioTokens, .inputImageTokens,
            .outputAudioTokens, .outputImageTokens, .images, .queries, .characters, .units:
            "a whole number from 0 to 1000000000000"
        case .seconds: "a decimal number of seconds from 0 to 9007199254"
        case .serviceTier: "one of standard, batch, flex, priority"
        case .cost: "a decimal amount in US dollars from 0 to 9007.19925474"
        case .attempt: "a whole number from 0 to 1000000"
        case .outcome: "one of ok, error, timeout, cancelled"
        case .ttl: "a whole number of milliseconds from 1 to the policy's max_ttl"
        case .order: "cost, time or newest"
        case .count: "a whole number from 1 to 1000"
        case .cursor: "the next of the page before"
        case .limit: "the name of one of the policy's limits"
        case .cap, .amount: "an amount in the limit's unit, like the policy's caps"
        case .until: "a moment, Unix time in milliseconds; of a cap or a grant one to come"
        case .since: "a moment, Unix time in milliseconds"
        case .action: "one of " + Act.actions.joined(separator: ", ")
        case .reason: "1 to 512 bytes of text without control characters"
        case .key: "a key of COUNTERS, of this tenant and not of a bucket"
        case .changes:
            "a field, what was found, what it has to be and what the entries are short of, in turn"
        case .left: "0 or 1"
        case .asOf: "the seq of the page of COUNTERS that it was found on"
        }
    }
}
