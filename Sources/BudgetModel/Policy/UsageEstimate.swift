/// What a call of some operation is taken to use where the worker does not say.
public struct UsageEstimate: Hashable, Sendable {
    public var inputTokens: Int64?
    public var outputTokens: Int64?
    /// Compute time (`seconds` in the policy).
    public var milliseconds: Int64?
    public var units: Int64?

    public init(
        inputTokens: Int64? = nil, outputTokens: Int64? = nil, milliseconds: Int64? = nil,
        units: Int64? = nil
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.milliseconds = milliseconds
        self.units = units
    }

    /// `usage` with these numbers where it has none.
    public func completing(_ usage: Usage) -> Usage {
        var usage = usage
        usage.inputTokens = usage.inputTokens ?? inputTokens
        usage.outputTokens = usage.outputTokens ?? outputTokens
        usage.milliseconds = usage.milliseconds ?? milliseconds
        usage.units = usage.units ?? units
        return usage
    }
}
