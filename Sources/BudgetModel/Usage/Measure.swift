/// What a limit counts (the vocabulary of the policy file's `measure`).
///
/// All but the last two are sums over the entries of a scope and window, so their raw value
/// also indexes ``Amounts``.
public enum Measure: Int, CaseIterable, Sendable {
    /// Money in 1e-9 US dollars.
    case cost
    /// Input and output tokens together.
    case tokens
    case inputTokens
    case outputTokens
    /// Provider or tool calls, failed ones included.
    case calls
    /// Calls whose `attempt` is above 0.
    case retries
    /// Compute time, kept in milliseconds; a cap is written in seconds.
    case seconds
    /// Open reservations. Held, never spent; always in a lifetime window.
    case inFlight
    /// Distinct tasks of a run. Spent when first seen; never goes down.
    case tasks

    /// The sums: measures that an amount of usage can be added to.
    public static let sums: [Measure] = [
        .cost, .tokens, .inputTokens, .outputTokens, .calls, .retries, .seconds,
    ]

    /// The name in policies, commands and counters.
    public var name: String {
        switch self {
        case .cost: "cost"
        case .tokens: "tokens"
        case .inputTokens: "input_tokens"
        case .outputTokens: "output_tokens"
        case .calls: "calls"
        case .retries: "retries"
        case .seconds: "seconds"
        case .inFlight: "in_flight"
        case .tasks: "tasks"
        }
    }

    /// The measure of that name, or nil.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
