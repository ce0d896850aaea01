// The fields of an estimate or a usage.

import BudgetModel

enum UsageFields {
    static func set(_ field: Field, _ value: String, _ usage: inout Usage) throws(BudgetError) {
        switch field {
        case .provider: usage.provider = try FieldText.name(field.rawValue, value)
        case .model: usage.model = try FieldText.name(field.rawValue, value)
        case .operation: usage.operation = try FieldText.name(field.rawValue, value)
        case .machine: usage.machine = try FieldText.name(field.rawValue, value)
        case .responseID: usage.responseID = try FieldText.name(field.rawValue, value)
        case .serviceTier:
            guard let tier = ServiceTier(rawValue: value) else {
                throw FieldText.fault(field, value)
            }
            usage.serviceTier = tier
        case .outcome:
            guard let outcome = CallOutcome(rawValue: value) else {
                throw FieldText.fault(field, value)
            }
            usage.outcome = outcome
        case .cost:
            guard let nano = try? NanoUSD.read(value) else { throw FieldText.fault(field, value) }
            usage.cost = nano
        case .seconds:
            guard let time = try? SecondsText.read(value) else {
                throw FieldText.fault(field, value)
            }
            usage.milliseconds = time
        default: try setCount(field, value, &usage)
        }
    }

    private static func setCount(
        _ field: Field, _ value: String, _ usage: inout Usage
    ) throws(BudgetError) {
        let most = field == .attempt ? 1_000_000 : Bounds.maxTokens
        let number = try FieldText.number(field, value, 0...most)
        switch field {
        case .inputTokens: usage.inputTokens = number
        case .outputTokens: usage.outputTokens = number
        case .cacheReadTokens: usage.cacheReadTokens = number
        case .cacheWriteTokens: usage.cacheWriteTokens = number
        case .longCacheWriteTokens: usage.longCacheWriteTokens = number
        case .reasoningTokens: usage.reasoningTokens = number
        case .inputAudioTokens: usage.inputAudioTokens = number
        case .inputImageTokens: usage.inputImageTokens = number
        case .outputAudioTokens: usage.outputAudioTokens = number
        case .outputImageTokens: usage.outputImageTokens = number
        case .images: usage.images = number
        case .queries: usage.queries = number
        case .characters: usage.characters = number
        case .units: usage.units = number
        case .attempt: usage.attempt = number
        default: preconditionFailure("\(field) is no field of a usage")
        }
    }
}
