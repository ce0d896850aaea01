/// Which calls a limit is about: every named field must have one of its patterns.
///
/// A pattern is a glob with `*` (any run of characters) and `?` (any one character).
public struct Match: Hashable, Sendable {
    /// What can be matched on.
    public enum Field: Hashable, Sendable {
        case model
        case provider
        case operation
        case machine
        case subject(SubjectField)

        /// The name in the policy.
        public var name: String {
            switch self {
            case .model: "model"
            case .provider: "provider"
            case .operation: "operation"
            case .machine: "machine"
            case .subject(let field): field.name
            }
        }

        /// The field of that name, or nil.
        public init?(name: String) {
            switch name {
            case "model": self = .model
            case "provider": self = .provider
            case "operation": self = .operation
            case "machine": self = .machine
            default:
                guard let field = SubjectField(name: name) else { return nil }
                self = .subject(field)
            }
        }
    }

    /// One field and the patterns of which it must have one.
    public struct Clause: Hashable, Sendable {
        public let field: Field
        public let patterns: [String]

        public init(field: Field, patterns: [String]) {
            self.field = field
            self.patterns = patterns
        }
    }

    /// Sorted by field name.
    public let clauses: [Clause]

    public init(_ clauses: [Clause] = []) {
        self.clauses = clauses.sorted { $0.field.name < $1.field.name }
    }

    /// True where every call matches.
    public var isEmpty: Bool { clauses.isEmpty }

    /// Whether a call by `subject` with `usage` is meant.
    public func holds(_ subject: Subject, _ usage: Usage) -> Bool {
        clauses.allSatisfy { clause in
            guard let value = Self.value(clause.field, subject, usage) else { return false }
            return clause.patterns.contains { Glob.matches($0, value) }
        }
    }

    /// Whether calls of a tenant can be meant.
    public func canHold(tenant: String) -> Bool {
        clauses.allSatisfy { clause in
            clause.field != .subject(.tenant)
                || clause.patterns.contains { Glob.matches($0, tenant) }
        }
    }

    private static func value(_ field: Field, _ subject: Subject, _ usage: Usage) -> String? {
        switch field {
        case .model: usage.model
        case .provider: usage.provider
        case .operation: usage.operation
        case .machine: usage.machine
        case .subject(let field): subject[field]
        }
    }

    /// The canonical spelling, from which a limit's identity is made: `model=a|b&provider=c`.
    /// A separator inside a name or pattern is escaped, so that no two matches share a text.
    public var text: String {
        clauses.map { clause in
            let patterns = Set(clause.patterns.map(Digest.escaped)).sorted()
            return Digest.escaped(clause.field.name) + "=" + patterns.joined(separator: "|")
        }
        .joined(separator: "&")
    }
}
