// JSON Schema in the few forms that answers and requests have.

import BudgetModel
import BudgetService

/// Schemas as OpenAPI 3.1 takes them.
enum Schema {
    static let text: JSON = ["type": "string"]
    static let optionalText: JSON = ["type": ["string", "null"]]
    static let integer: JSON = ["type": "integer"]
    static let optionalInteger: JSON = ["type": ["integer", "null"]]
    static let flag: JSON = ["type": "integer", "enum": [0, 1]]
    /// Money and seconds are decimal strings, counts are integers: what it is, the measure tells.
    static let amount: JSON = ["type": ["string", "integer"]]
    static let optionalAmount: JSON = ["type": ["string", "integer", "null"]]
    static let money: JSON = ["type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"]
    static let optionalMoney: JSON = [
        "type": ["string", "null"], "pattern": "^-?[0-9]+(\\.[0-9]+)?$",
    ]

    static func list(_ element: JSON) -> JSON { ["type": "array", "items": element] }

    static func choice(_ values: [String]) -> JSON {
        ["type": "string", "enum": .list(values.map(JSON.text))]
    }

    /// An object that has all of these; later versions may add others.
    static func object(_ members: [(String, JSON)], optional: Set<String> = []) -> JSON {
        let required = members.map(\.0).filter { !optional.contains($0) }
        return [
            "type": "object",
            "properties": .object(members.map { JSON.Member($0.0, $0.1) }),
            "required": .list(required.map(JSON.text)),
        ]
    }

    static func reference(_ name: String) -> JSON {
        ["$ref": .text("#/components/schemas/" + name)]
    }
}

extension Field {
    /// What its value has to be in a request.
    var schema: JSON {
        var members = form
        members.append(JSON.Member("description", .text(expectation)))
        return .object(members)
    }

    private var form: [JSON.Member] {
        switch self {
        case .serviceTier:
            return Schema.choice(["standard", "batch", "flex", "priority"]).members
        case .outcome: return Schema.choice(["ok", "error", "timeout", "cancelled"]).members
        case .action: return Schema.choice(Act.actions).members
        case .order: return Schema.choice(["cost", "time", "newest"]).members
        case .count: return whole(1, Int64(Bounds.maxPage))
        case .attempt: return whole(0, 1_000_000)
        case .ttl: return whole(1, 3_600_000)
        case .left: return whole(0, 1)
        case .cursor, .asOf: return whole(0, 1 << 53)
        case .until: return whole(1, 1 << 52)
        case .since: return whole(0, 1 << 52)
        case .idempotencyKey: return text(Bounds.maxKeyBytes)
        case .reason: return text(512)
        case .key, .changes: return text(65_536)
        default: break
        }
        switch FieldForm(self) {
        case .text: return text(Bounds.maxNameBytes)
        case .whole: return whole(0, Bounds.maxTokens)
        case .decimal:
            return [
                .init("type", ["string", "number"]),
                .init("pattern", "^[0-9]{1,7}(\\.[0-9]{1,9})?$"), .init("minimum", 0),
            ]
        }
    }

    private func whole(_ least: Int64, _ most: Int64) -> [JSON.Member] {
        [
            .init("type", "integer"), .init("minimum", .number(least)),
            .init("maximum", .number(most)),
        ]
    }

    private func text(_ most: Int) -> [JSON.Member] {
        [
            .init("type", "string"), .init("minLength", 1),
            .init("maxLength", .number(Int64(most))),
            .init("pattern", "^[^\\x00-\\x1f\\x7f]+$"),
        ]
    }
}
