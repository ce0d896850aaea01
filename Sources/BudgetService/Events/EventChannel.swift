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
        if !parts[1].isEmpty { pairs.append((.known(.tenant), try Self.plain(parts[1], name))) }
        for pair in parts.count < 3 ? [] : parts[2].split(separator: ",") {
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard words.count == 2, words[0] != "tenant" else {
                throw BudgetError(
                    .badArgument, "the channel is \(FieldText.shown(name)); \(Self.form)")
            }
            let value = try Self.plain(words[1], name)
            if words[0] == "since" {
                since = try Self.since(value, isFirst: since == nil)
            } else {
                pairs.append((FieldName(try Self.plain(words[0], name)), value))
            }
        }
        var reader = FieldReader(family.spec, aliases: aliases)
        var fields = try reader.read(pairs)
        try caller.confine(&fields, family)
        filter = EventFilter(family: family, subject: fields.subject)
    }

    private static func plain(
        _ text: Substring, _ name: String
    ) throws(BudgetError) -> String {
        guard let plain = Escaping.plain(text) else {
            throw BudgetError(
                .badArgument,
                "the channel is \(FieldText.shown(name)); expected two hexadecimal digits behind "
                    + "each %")
        }
        return plain
    }

    private static func since(_ text: String, isFirst: Bool) throws(BudgetError) -> Sequence {
        guard isFirst, let number = Int64(text), number >= 0 else {
            throw BudgetError(
                .badArgument,
                "since is \(FieldText.shown(text)); expected once, the seq of an event")
        }
        return Sequence(value: number)
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
