// How what a worker says at the end is completed by what was said at the beginning.

extension Usage {
    /// This usage with what it leaves open taken from the reservation.
    ///
    /// What names the call (provider, model, …) is taken where it is not stated, and so is the
    /// input, with its parts: no call is without one. An output that is not stated is 0 where the
    /// input is stated (embeddings, a call that failed); where neither is, the call's tokens are
    /// unknown, and the estimate stands.
    public func completed(from reserved: Usage) -> Usage {
        var usage = self
        usage.provider = provider ?? reserved.provider
        usage.model = model ?? reserved.model
        usage.operation = operation ?? reserved.operation
        usage.machine = machine ?? reserved.machine
        usage.serviceTier = serviceTier ?? reserved.serviceTier
        usage.attempt = attempt ?? reserved.attempt
        usage.milliseconds = milliseconds ?? reserved.milliseconds
        usage.images = images ?? reserved.images
        usage.queries = queries ?? reserved.queries
        usage.characters = characters ?? reserved.characters
        usage.units = units ?? reserved.units
        if inputTokens == nil {
            usage.inputTokens = reserved.inputTokens
            usage.cacheReadTokens = cacheReadTokens ?? reserved.cacheReadTokens
            usage.cacheWriteTokens = cacheWriteTokens ?? reserved.cacheWriteTokens
            usage.longCacheWriteTokens = longCacheWriteTokens ?? reserved.longCacheWriteTokens
            usage.inputAudioTokens = inputAudioTokens ?? reserved.inputAudioTokens
            usage.inputImageTokens = inputImageTokens ?? reserved.inputImageTokens
        }
        if outputTokens == nil {
            let isKnown = inputTokens != nil
            usage.outputTokens = isKnown ? 0 : reserved.outputTokens
            usage.reasoningTokens = reasoningTokens ?? (isKnown ? nil : reserved.reasoningTokens)
            usage.outputAudioTokens =
                outputAudioTokens ?? (isKnown ? nil : reserved.outputAudioTokens)
            usage.outputImageTokens =
                outputImageTokens ?? (isKnown ? nil : reserved.outputImageTokens)
        }
        // A stated cost that was an estimate only stands where nothing else is known.
        if cost == nil, reserved.cost != nil, statesNothing { usage.cost = reserved.cost }
        return usage
    }

    private var statesNothing: Bool {
        inputTokens == nil && outputTokens == nil && milliseconds == nil && units == nil
            && images == nil && queries == nil && characters == nil
    }

    /// Whether a limit's `match` can't tell the two apart.
    public func isAlike(_ other: Usage) -> Bool {
        model == other.model && provider == other.provider && operation == other.operation
            && machine == other.machine
    }
}
