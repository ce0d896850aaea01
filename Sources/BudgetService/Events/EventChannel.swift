// What somebody watches, as one name: `events:acme`, `acts:acme:user=alice,run=r1`,
// `events:acme:since=4711`. Values are escaped as in scopes: `%2c` for a comma, `%3a` for a colon.

public import BudgetModel

/// A name of a channel, read.
public struct EventChannel: Sendable {
    public var filter: EventFilter
    /// The last event that the reader has seen; nil: only what comes from now on.
    public var since: Sequence?

    /// Watches a tenant.
    public init(_ filter: EventFilter, since: Sequence? = nil) {
        self.filter = filter
        self.since = since
    }

    private static let form =
        "expected events:<tenant> or acts:<tenant>, and behind one more colon "
        + "field=value,… of a subject and since=<seq>"

    /// Reads a name, for whoever wants to watch.
    ///
    /// - Parameter aliases: the house's own names of subject fields.
    /// - Throws: `BADARG`, and `NOPERM` where the caller may not watch that.
    public init(
        name: String, caller: Caller, aliases: [String: SubjectField]
    ) throws(BudgetError) {
        let parts = name.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let family = EventFilter.Family(rawValue: String(parts[0])) else {
            throw BudgetError(
                .badArgument, "the channel is \(FieldText.shown(name)); \(Self.form)")
        }
        var pairs: [(name: FieldName, value: String)] = []
        var since: [String] = []
        if !parts[1].isEmpty { pairs.append((.known(.tenant), try Self.plain(parts[1], name))) }
        for pair in parts.count < 3 ? [] : parts[2].split(separator: ",") {
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2, words[0] != "tenant" else {
                throw BudgetError(
                    .badArgument, "the channel is \(FieldText.shown(name)); \(Self.form)")
            }
            let value = try Self.plain(words[1], name)
            if words[0] == "since" {
                since.append(value)
            } else {
                pairs.append((FieldName(try Self.plain(words[0], name)), value))
            }
        }
        self.init(
            try EventFilter(family: family, fields: pairs, caller: caller, aliases: aliases),
            since: try Self.sequence(since, "since"))
    }

    /// The event that a reader goes on from, by what is said of it.
    ///
    /// - Parameter name: what the reader calls it.
    /// - Throws: `BADARG` where it is said twice, or is no event's `seq`.
    public static func sequence(
        _ texts: [String], _ name: String
    ) throws(BudgetError) -> Sequence? {
        guard let text = texts.first else { return nil }
        guard texts.count == 1, let number = Int64(text), number >= 0 else {
            throw BudgetError(
                .badArgument,
                "\(name) is \(FieldText.shown(texts.last ?? text)); expected once, the seq of an "
                    + "event")
        }
        return Sequence(value: number)
    }

    private static func plain(
        _ text: Substring, _ name: String
    ) throws(BudgetError) -> String {
        // Libraries that escape addresses write capital digits.
        let escaped = text.replacing(/%[0-9A-Fa-f]{2}/) { $0.output.lowercased() }
        guard let plain = Escaping.plain(escaped) else {
            throw BudgetError(
                .badArgument,
                "the channel is \(FieldText.shown(name)); expected two hexadecimal digits behind "
                    + "each %")
        }
        return plain
    }
}

extension EventFilter {
    /// Reads which events a caller wants, field by field.
    ///
    /// - Parameter aliases: the house's own names of subject fields.
    /// - Throws: `BADARG`, and `NOPERM` where the caller may not watch that.
    public init(
        family: Family, fields: [(name: FieldName, value: String)], caller: Caller,
        aliases: [String: SubjectField]
    ) throws(BudgetError) {
        var reader = FieldReader(family.spec, aliases: aliases)
        var fields = try reader.read(fields)
        try caller.confine(&fields, family)
        self.init(family: family, subject: fields.subject)
    }
}

extension EventFilter.Family {
    /// Who may watch it, by which fields.
    var spec: CommandSpec {
        switch self {
        case .events: CommandSpec(.ops, "What happens to a tenant's budgets", fields: Field.subject)
        case .acts: CommandSpec(.worker, "What administrators do", fields: Field.subject)
        }
    }

    /// The role that watching it needs.
    public var role: Role { spec.role }

    /// One line for people.
    public var summary: String { spec.summary }
}

extension Caller {
    /// Puts the caller's own tenant where none was given.
    ///
    /// - Throws: `NOPERM` where the role or the tenant is not one for it.
    fileprivate func confine(
        _ fields: inout FieldReader.Fields, _ family: EventFilter.Family
    ) throws(BudgetError) {
        guard role >= family.role else {
            throw BudgetError(
                .noPermission,
                "\(family.rawValue): needs the role \(family.role.name), \(name) has \(role.name)")
        }
        if fields.hasTenant {
            try check(tenant: fields.subject.tenant)
        } else if let tenant {
            fields.subject[.tenant] = tenant
        }
    }
}
