// The arguments of a command as COMMAND DOCS tells them: a field is a token with a value behind it,
// in brackets unless it is required.

import BudgetModel
import BudgetService

func argumentDocumentation(_ spec: CommandSpec) -> [ReplyValue] {
    let positions = spec.positions.map {
        argument(name: $0, type: "string", isOptional: spec.isPositionOptional)
    }
    return positions
        + spec.required.map { field($0, isOptional: false) }
        + spec.fields.filter { !spec.required.contains($0) }.map { field($0, isOptional: true) }
}

func argumentDocumentation(_ spec: ConnectionCommandSpec) -> [ReplyValue] {
    guard let name = spec.argument else { return [] }
    return [
        argument(name: name, type: "string", isOptional: spec.argumentCounts.lowerBound == 0)
    ]
}

private func field(_ field: Field, isOptional: Bool) -> ReplyValue {
    let choices = field.choices
    guard choices.isEmpty else {
        return argument(
            name: field.rawValue, token: field.rawValue, type: "oneof", isOptional: isOptional,
            parts: choices.map { argument(name: $0, token: $0, type: "pure-token") })
    }
    return argument(
        name: field.placeholder, token: field.rawValue, type: field.valueType,
        isOptional: isOptional, isMultiple: field == .label)
}

private func argument(
    name: String, token: String? = nil, type: String, isOptional: Bool = false,
    isMultiple: Bool = false, parts: [ReplyValue] = []
) -> ReplyValue {
    var pairs = [ReplyValue.Pair("name", .text(name)), .init("type", .text(type))]
    if let token { pairs.append(.init("token", .text(token))) }
    var flags: [ReplyValue] = []
    if isOptional { flags.append(.flag(.optional)) }
    if isMultiple { flags += [.flag(.multiple), .flag(.multipleToken)] }
    if !flags.isEmpty { pairs.append(.init("flags", .list(flags))) }
    if !parts.isEmpty { pairs.append(.init("arguments", .list(parts))) }
    return .map(pairs)
}

extension Field {
    /// The words that its value is one of; none where it is free.
    fileprivate var choices: [String] {
        switch self {
        case .serviceTier: ["standard", "batch", "flex", "priority"]
        case .outcome: ["ok", "error", "timeout", "cancelled"]
        case .order: ["cost", "time", "newest"]
        case .left: ["0", "1"]
        case .action: Act.actions
        default: []
        }
    }

    /// What stands for its value in a hint.
    fileprivate var placeholder: String {
        switch self {
        case .idempotencyKey: "key"
        case .cost: "usd"
        case .ttl: "milliseconds"
        case .label: "value"
        case .inputTokens, .outputTokens, .cacheReadTokens, .cacheWriteTokens,
            .longCacheWriteTokens, .reasoningTokens, .inputAudioTokens, .inputImageTokens,
            .outputAudioTokens, .outputImageTokens:
            "tokens"
        default: rawValue
        }
    }

    fileprivate var valueType: String {
        switch self {
        case .inputTokens, .outputTokens, .cacheReadTokens, .cacheWriteTokens,
            .longCacheWriteTokens, .reasoningTokens, .inputAudioTokens, .inputImageTokens,
            .outputAudioTokens, .outputImageTokens, .images, .queries, .characters, .units,
            .attempt, .ttl, .count:
            "integer"
        case .seconds, .cost: "double"
        default: "string"
        }
    }
}
