// A usage whose parts are larger than the whole comes from a client that does not count cached
// or reasoning tokens as budgetd does; charging it would be wrong either way, so it is refused.

extension Usage {
    /// The operation of a tool call.
    public static let executeTool = "execute_tool"

    private typealias Part = (name: String, count: Int64?)

    /// Checks that parts fit into the whole, where both are stated: cached tokens into the
    /// input, as sound and images; reasoning, sound and images into the output; what the cache
    /// keeps for an hour into what was written to it.
    ///
    /// - Throws: `BADARG`, naming the fields and their values.
    public func checkParts() throws(BudgetError) {
        if let inputTokens {
            let input = ("input_tokens", inputTokens)
            try check(
                ("cache_read_tokens", cacheReadTokens),
                cacheWriteTokens == nil
                    ? ("cache_write_1h_tokens", longCacheWriteTokens)
                    : ("cache_write_tokens", cacheWriteTokens), in: input)
            try check(
                ("input_audio_tokens", inputAudioTokens),
                ("input_image_tokens", inputImageTokens), in: input)
        }
        if let outputTokens {
            try check(
                ("reasoning_tokens", reasoningTokens), ("output_audio_tokens", outputAudioTokens),
                ("output_image_tokens", outputImageTokens), in: ("output_tokens", outputTokens))
        }
        if let cacheWriteTokens {
            try check(
                ("cache_write_1h_tokens", longCacheWriteTokens),
                in: ("cache_write_tokens", cacheWriteTokens))
        }
    }

    private func check(_ parts: Part..., in whole: (name: String, count: Int64)) throws(BudgetError)
    {
        var sum: Int128 = 0
        for part in parts { sum += Int128(part.count ?? 0) }
        guard sum > Int128(whole.count) else { return }
        let stated = parts.filter { $0.count != nil }
        let names = stated.map { "\($0.name) \($0.count ?? 0)" }.joined(separator: " and ")
        let isOne = stated.count == 1
        throw BudgetError(
            .badArgument,
            names + (isOne ? " is" : " are together") + " more than \(whole.name) \(whole.count); "
                + "expected \(whole.name) to include " + (isOne ? "it" : "them"))
    }
}
