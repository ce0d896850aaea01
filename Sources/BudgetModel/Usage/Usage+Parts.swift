// A usage whose parts are larger than the whole comes from a client that does not count cached
// or reasoning tokens as budgetd does; charging it would be wrong either way, so it is refused.

extension Usage {
    /// The operation of a tool call.
    public static let executeTool = "execute_tool"

    /// Checks that cached tokens fit into the input and reasoning tokens into the output, where
    /// both are stated.
    ///
    /// - Throws: `BADARG`, naming the fields and their values.
    public func checkParts() throws(BudgetError) {
        let read = cacheReadTokens ?? 0
        let written = cacheWriteTokens ?? 0
        if let inputTokens, Int128(read) + Int128(written) > Int128(inputTokens) {
            throw BudgetError(
                .badArgument,
                "cache_read_tokens \(read) and cache_write_tokens \(written) are together more "
                    + "than input_tokens \(inputTokens); expected input_tokens to include them")
        }
        if let outputTokens, let reasoningTokens, reasoningTokens > outputTokens {
            throw BudgetError(
                .badArgument,
                "reasoning_tokens \(reasoningTokens) is more than output_tokens "
                    + "\(outputTokens); expected output_tokens to include it")
        }
    }
}
