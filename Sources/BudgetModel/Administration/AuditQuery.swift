// Which lines of an audit somebody wants to see. What an act was about is its scope: a line is
// about `user=alice` where its scope names that user, alone or among other fields.

/// A page of a tenant's audit, of all its lines or of some.
public struct AuditQuery: Sendable {
    /// What was done: ``Act/Change/name``.
    public var action: String?
    /// Who did it; whoever came by the unix socket is meant by the user id alone too.
    public var actor: String?
    /// The limit that it was about, by its name then.
    public var limit: String?
    /// Nothing older: Unix time in milliseconds.
    public var since: Int64?
    /// Only what is older: Unix time in milliseconds.
    public var until: Int64?
    /// The tenant whose audit it is.
    public let tenant: String
    /// How many lines are enough, 1 … ``Bounds/maxPage``.
    public let count: Int
    /// The cursor of the page before, nil for the newest.
    public let before: Sequence?
    /// What the act's scope has to name.
    private let fields: [(field: SubjectField, value: String)]

    /// Makes a query of all lines.
    ///
    /// - Parameter subject: the tenant, and the fields that a line's scope has to name.
    public init(subject: Subject, count: Int, before: Sequence?) {
        tenant = subject.tenant
        fields = subject.fields.filter { $0.field != .tenant }
        self.count = count
        self.before = before
    }

    /// Whether some lines are left out.
    public var isFiltered: Bool {
        action != nil || actor != nil || limit != nil || since != nil || until != nil
            || !fields.isEmpty
    }

    /// Whether a line is wanted. One that can't be read is of nobody and nothing.
    public func takes(_ line: AuditLine) -> Bool {
        guard isFiltered else { return true }
        guard let entry = line.entry else { return false }
        return Self.isSame(entry.action, action) && isBy(entry.actor)
            && Self.isSame(entry.limit ?? "", limit) && entry.moment.now >= since ?? .min
            && entry.moment.now < until ?? .max && isAbout(entry.scope)
    }

    /// Whether neither a line nor any behind it, which are older, is wanted.
    public func ends(at line: AuditLine) -> Bool {
        guard let since, let entry = line.entry else { return false }
        return entry.moment.now < since
    }

    /// Behind a blank stands from where: `uid:1000 pid:4711`.
    private func isBy(_ name: String) -> Bool {
        guard let actor else { return true }
        return Self.isSame(name, actor) || name.utf8.starts(with: (actor + " ").utf8)
    }

    private func isAbout(_ scope: String) -> Bool {
        guard !fields.isEmpty else { return true }
        let named = Scope.pairs(ofCanonical: scope)
        return fields.allSatisfy { wanted in
            named.contains { $0.field == wanted.field && Self.isSame($0.value, wanted.value) }
        }
    }

    /// By bytes: Swift takes two spellings of a character for one, and budgets don't.
    private static func isSame(_ value: String, _ wanted: String?) -> Bool {
        wanted.map { value.utf8.elementsEqual($0.utf8) } ?? true
    }
}
