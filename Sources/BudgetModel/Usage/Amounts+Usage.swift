// The amounts of a call from its usage and its price: the one place that counts a call.

extension Amounts {
    /// The amounts of one call.
    ///
    /// - Parameter cost: in 1e-9 US dollars.
    public init(_ usage: Usage, cost: Int64) {
        self.init()
        self.cost = cost
        inputTokens = usage.inputTokens ?? 0
        outputTokens = usage.outputTokens ?? 0
        calls = 1
        retries = (usage.attempt ?? 0) > 0 ? 1 : 0
        milliseconds = usage.milliseconds ?? 0
    }
}
