// The policy as a value: what the file says, checked and with its defaults filled in. A reload
// makes a new value; nothing changes one. What is set per subject (overrides, grants,
// suspensions) is not here but in Redis, where every daemon sees it at once.

public import Foundation

/// The rules of one house. A class, since every request refers to it.
public final class Policy: Equatable, Sendable {
    /// The version of the file's format that this is.
    public static let formatVersion = 1

    /// Where days and months begin for tenants without settings of their own.
    public let timeZone: TimeZone
    public let tenants: [String: TenantSettings]
    /// Fields without which a call is denied (`missing_subject`), in canonical order.
    public let require: [SubjectField]
    /// The outside world's names of subject fields, e.g. `workflow_id` for run.
    public let fields: [String: SubjectField]
    /// In the policy's order, in which they are looked at; at most ``Bounds/maxLimits``, their
    /// names and identities unique.
    public let limits: [Limit]
    /// Whether any limit has thresholds.
    public let warns: Bool
    public let reservations: ReservationRules
    /// By operation.
    public let defaultEstimate: [String: UsageEstimate]
    public let unknownModel: UnknownModel
    public let onUnavailable: OutageRule
    public let priceBook: PriceBook
    public let keep: Retention
    /// Sixteen hexadecimal digits made of everything above, prices included: daemons that share
    /// a Redis compare it. The same content gives the same digest, however the file spells it.
    public let digest: String

    public init(
        timeZone: TimeZone = .gmt, tenants: [String: TenantSettings] = [:],
        require: [SubjectField] = [], fields: [String: SubjectField] = [:], limits: [Limit] = [],
        reservations: ReservationRules = ReservationRules(),
        defaultEstimate: [String: UsageEstimate] = [:], unknownModel: UnknownModel = .deny,
        onUnavailable: OutageRule = .deny, priceBook: PriceBook = PriceBook(),
        keep: Retention = Retention()
    ) {
        self.timeZone = timeZone
        self.tenants = tenants
        self.require = require.sorted()
        self.fields = fields
        self.limits = limits
        warns = limits.contains { !$0.warnAt.isEmpty }
        self.reservations = reservations
        self.defaultEstimate = defaultEstimate
        self.unknownModel = unknownModel
        self.onUnavailable = onUnavailable
        self.priceBook = priceBook
        self.keep = keep
        var text = CanonicalText()
        text.add("version", "\(Policy.formatVersion)")
        text.add("timezone", timeZone.identifier)
        for (name, tenant) in tenants.sorted(by: { $0.key < $1.key }) {
            text.add("tenant", name, tenant.timeZone.identifier)
        }
        text.add("require", self.require.map(\.name))
        for (name, field) in fields.sorted(by: { $0.key < $1.key }) {
            text.add("field", name, field.name)
        }
        for limit in limits { text.add(limit) }
        text.add(reservations)
        for (operation, estimate) in defaultEstimate.sorted(by: { $0.key < $1.key }) {
            text.add(operation, estimate)
        }
        text.add(unknownModel)
        text.add(onUnavailable)
        for entry in priceBook.entries { text.add(entry) }
        for (alias, item) in priceBook.aliases.sorted(by: { $0.key < $1.key }) {
            text.add("alias", alias, item.name)
        }
        text.add(keep)
        digest = text.digest
    }

    /// Whether they say the same.
    public static func == (left: Policy, right: Policy) -> Bool { left.digest == right.digest }

    /// The limits that calls of a tenant can fall under; what others' are is not theirs to know.
    public func limits(of tenant: String) -> [Limit] {
        limits.filter { $0.match.canHold(tenant: tenant) }
    }

    /// Where the days of a tenant begin.
    public func timeZone(of tenant: String) -> TimeZone {
        tenants[tenant]?.timeZone ?? timeZone
    }

    /// `usage` completed by the default estimate of its operation. A usage without an operation
    /// is taken for `chat` where it names a model, and for `execute_tool` where it does not.
    public func estimate(_ usage: Usage) -> Usage {
        let operation = usage.operation ?? (usage.model == nil ? Usage.executeTool : "chat")
        return defaultEstimate[operation]?.completing(usage) ?? usage
    }

    /// What a call of `subject` costs at `now` (Unix time in milliseconds).
    public func cost(of usage: Usage, subject: Subject, at now: Int64) -> Pricing {
        priceBook.cost(of: usage, tool: subject.tool, at: now, unknownModel: unknownModel)
    }
}
