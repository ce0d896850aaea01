// What a field is in JSON. The service takes every value as text and checks what it means; here is
// only told a number from a text, so that `"user": 7` and `"count": "7"` are mistakes.

import BudgetService

/// The JSON form of a field's value.
enum FieldForm: Sendable {
    case text
    case whole
    /// A number, or a text of one, which no client rounds.
    case decimal

    /// The form of a field of that name; names that only the policy knows are subjects'.
    init(_ name: FieldName) {
        guard case .known(let field) = name else {
            self = .text
            return
        }
        self.init(field)
    }

    init(_ field: Field) {
        switch field {
        case .idempotencyKey, .tenant, .user, .session, .run, .task, .agent, .tool, .fingerprint,
            .label, .provider, .model, .operation, .machine, .serviceTier, .responseID, .outcome,
            .order, .limit, .reason, .key, .changes, .of, .action, .actor:
            self = .text
        case .inputTokens, .outputTokens, .cacheReadTokens, .cacheWriteTokens,
            .longCacheWriteTokens, .reasoningTokens, .inputAudioTokens, .inputImageTokens,
            .outputAudioTokens, .outputImageTokens, .images, .queries, .characters, .units,
            .attempt, .ttl, .count, .cursor, .until, .since, .asOf, .left:
            self = .whole
        case .seconds, .cost, .cap, .amount: self = .decimal
        }
    }

    /// As a fault names it.
    var expectation: String {
        switch self {
        case .text: "a JSON string"
        case .whole: "a JSON number"
        case .decimal: "a JSON number or a string of one"
        }
    }
}
