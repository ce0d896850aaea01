// Which of a tenant's events somebody wants to be told.

/// A tenant's events, all of them or those of a subject.
public struct EventFilter: Equatable, Sendable {
    /// Which kinds.
    public enum Family: String, CaseIterable, Sendable {
        /// All.
        case events
        /// What administrators did: what a suspended worker waits for.
        case acts
    }

    public var family: Family
    /// The tenant, and the fields that an event has to have, each with its value.
    public let subject: Subject
    /// Those fields, without the tenant.
    public let fields: [(field: SubjectField, value: String)]

    public init(family: Family, subject: Subject) {
        self.family = family
        self.subject = subject
        fields = subject.fields.filter { $0.field != .tenant }
    }

    public static func == (left: EventFilter, right: EventFilter) -> Bool {
        left.family == right.family && left.subject == right.subject
    }

    /// Whether an event of the tenant is one that is wanted.
    public func takes(_ event: Event) -> Bool {
        switch event.matter {
        case .gap: return true
        case .act(let entry): return fields.isEmpty || concerns(entry.scope)
        case .call, .denied:
            guard family == .events, let subject = event.subject else { return false }
            return fields.allSatisfy { field, value in
                subject[field].map { Self.isSame($0, value) } ?? false
            }
        }
    }

    /// Whether an act on a scope can matter to the subject: where it is the tenant's, or names one
    /// of the subject's fields, and none with another value.
    private func concerns(_ scope: String) -> Bool {
        let pairs = Scope.pairs(ofCanonical: scope).filter { $0.field != .tenant }
        if pairs.isEmpty { return true }
        let known = pairs.filter { pair in fields.contains { $0.field == pair.field } }
        return !known.isEmpty
            && known.allSatisfy { pair in
                fields.contains { $0.field == pair.field && Self.isSame($0.value, pair.value) }
            }
    }

    /// By bytes: Swift takes two spellings of a character for one, and budgets don't.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}

extension Scope {
    /// The fields and values of a canonical spelling; what isn't one has none.
    public static func pairs(ofCanonical text: String) -> [(field: SubjectField, value: String)] {
        text.split(separator: ",").compactMap { pair in
            guard let sign = pair.utf8.firstIndex(of: UInt8(ascii: "=")),
                let name = Escaping.plain(pair[..<sign]), let field = SubjectField(name: name),
                let value = Escaping.plain(pair[pair.utf8.index(after: sign)...])
            else { return nil }
            return (field, value)
        }
    }
}
