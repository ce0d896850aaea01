// From `field value` pairs to values of the model. Every fault names the field, the value and
// what was expected; unknown and repeated fields are faults too, since a misspelt one would
// otherwise leave spending unattributed.

package import BudgetModel
import Foundation

/// Reads the fields of one request.
struct FieldReader {
    /// What the fields said.
    struct Fields {
        var key: String?
        var subject = Subject()
        var usage = Usage()
        var timeToLive: Int64?
        var listing: RunQuery.Listing?
        var count: Int?
        var cursor: Int?
        var limit: String?
        var cap: String?
        var amount: String?
        var until: Int64?
        var reason: String?
        var action: String?
        var actor: String?
        var since: Int64?
        var counters: String?
        var changes: [Correction.Change]?
        var asOf: Sequence?
        /// A name of the field that the request is about.
        var of: String?
        /// Only that of which something is left.
        var left = false
        /// Whose subject fields were given, beside the tenant's default.
        var hasTenant = false
    }

    private let spec: CommandSpec
    private let aliases: [String: SubjectField]
    private var seen: [Field] = []
    private var fields = Fields()

    /// - Parameter aliases: the house's own names of subject fields (the policy's `fields`).
    init(_ spec: CommandSpec, aliases: [String: SubjectField]) {
        self.spec = spec
        self.aliases = aliases
    }

    /// Reads all fields of a request.
    mutating func read(
        _ pairs: [(name: FieldName, value: String)]
    ) throws(BudgetError) -> Fields {
        for (name, value) in pairs {
            switch name {
            case .known(let field): try read(field, value)
            case .other(let name): try read(other: name, value)
            }
        }
        for field in spec.required where !seen.contains(field) {
            throw BudgetError(
                .badArgument, "\(field.rawValue) is missing; expected \(field.expectation)")
        }
        return fields
    }

    private static let listings: [String: RunQuery.Listing] = [
        "cost": .tasks, "time": .entries, "newest": .newest,
    ]

    private mutating func read(_ field: Field, _ value: String) throws(BudgetError) {
        guard spec.takes(field) else { throw spec.unknown(field.rawValue) }
        try claim(field, field.rawValue)
        try set(field, value)
    }

    private mutating func read(other name: String, _ value: String) throws(BudgetError) {
        guard let alias = aliases[name] ?? label(name), spec.takes(Field(alias)) else {
            throw spec.unknown(name)
        }
        if case .label(let label) = alias {
            try setLabel(label, name, value)
        } else {
            try claim(Field(alias), name)
            try setSubject(alias, name, value)
        }
    }

    private func label(_ name: String) -> SubjectField? {
        name.hasPrefix("label.") ? SubjectField(name: name) : nil
    }

    private mutating func claim(_ field: Field, _ name: String) throws(BudgetError) {
        guard !seen.contains(field) else {
            throw BudgetError(.badArgument, "\(name) repeats \(field.rawValue); expected it once")
        }
        seen.append(field)
    }

    private mutating func set(_ field: Field, _ value: String) throws(BudgetError) {
        switch field {
        case .tenant: try setSubject(.tenant, field.rawValue, value)
        case .user: try setSubject(.user, field.rawValue, value)
        case .session: try setSubject(.session, field.rawValue, value)
        case .run: try setSubject(.run, field.rawValue, value)
        case .task: try setSubject(.task, field.rawValue, value)
        case .agent: try setSubject(.agent, field.rawValue, value)
        case .tool: try setSubject(.tool, field.rawValue, value)
        case .fingerprint: try setSubject(.fingerprint, field.rawValue, value)
        case .idempotencyKey:
            guard (1...Bounds.maxKeyBytes).contains(value.utf8.count) else {
                throw FieldText.fault(field, value)
            }
            fields.key = value
        case .ttl: fields.timeToLive = try FieldText.number(field, value, 1...Int64.max)
        case .order:
            guard let listing = Self.listings[value] else { throw FieldText.fault(field, value) }
            fields.listing = listing
        case .count:
            fields.count = Int(try FieldText.number(field, value, 1...Int64(Bounds.maxPage)))
        case .cursor:
            fields.cursor = Int(try FieldText.number(field, value, 0...Int64(1) << 53))
        case .limit: fields.limit = try FieldText.name(field.rawValue, value)
        case .cap: fields.cap = try FieldText.name(field.rawValue, value)
        case .amount: fields.amount = try FieldText.name(field.rawValue, value)
        case .until: fields.until = try FieldText.number(field, value, 1...Int64(1) << 52)
        case .reason:
            guard (1...512).contains(value.utf8.count), value.utf8.allSatisfy({ $0 >= 0x20 }) else {
                throw FieldText.fault(field, value)
            }
            fields.reason = value
        case .action:
            guard Act.actions.contains(value) else { throw FieldText.fault(field, value) }
            fields.action = value
        case .actor: fields.actor = try FieldText.name(field.rawValue, value)
        case .since: fields.since = try FieldText.number(field, value, 0...Int64(1) << 52)
        case .key: fields.counters = value
        case .changes:
            guard let changes = Correction.changes(value) else {
                throw FieldText.fault(field, value)
            }
            fields.changes = changes
        case .asOf:
            fields.asOf = Sequence(value: try FieldText.number(field, value, 0...Int64(1) << 53))
        case .left: fields.left = try FieldText.number(field, value, 0...1) == 1
        case .of: fields.of = try FieldText.name(field.rawValue, value)
        default: try UsageFields.set(field, value, &fields.usage)
        }
    }

    private mutating func setSubject(
        _ field: SubjectField, _ name: String, _ value: String
    ) throws(BudgetError) {
        fields.subject[field] = try FieldText.name(name, value)
        if field == .tenant { fields.hasTenant = true }
    }

    private mutating func setLabel(
        _ label: String, _ name: String, _ value: String
    ) throws(BudgetError) {
        let label = try FieldText.name("label name", label)
        guard fields.subject[.label(label)] == nil else {
            throw BudgetError(.badArgument, "\(name) is repeated; expected it once")
        }
        guard fields.subject.labels.count < Bounds.maxLabels else {
            throw BudgetError(
                .badArgument, "\(name) is one label too many; expected \(Bounds.maxLabels) at most")
        }
        fields.subject[.label(label)] = try FieldText.name(name, value)
    }
}

extension CommandSpec {
    /// What is said of a field that is none of its.
    package func unknown(_ name: String) -> BudgetError {
        let known = fields.map(\.rawValue)
        let hint = NearMiss.hint(for: name, among: known)
        return BudgetError(
            .badArgument,
            "unknown field \(FieldText.shown(name))"
                + (hint.isEmpty ? "; expected one of " + known.joined(separator: ", ") : hint))
    }
}

extension Field {
    /// The wire's field for a subject's.
    init(_ field: SubjectField) {
        switch field {
        case .tenant: self = .tenant
        case .user: self = .user
        case .session: self = .session
        case .run: self = .run
        case .task: self = .task
        case .agent: self = .agent
        case .tool: self = .tool
        case .fingerprint: self = .fingerprint
        case .label: self = .label
        }
    }
}
