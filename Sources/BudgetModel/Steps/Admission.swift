/// A call that asks to be let through, or that was made already: everything that the store needs
/// to decide it, priced and planned.
public struct Admission: Equatable, Sendable {
    /// What is asked.
    public enum Kind: Int, Sendable {
        /// Hold the amounts, or deny.
        case reserve = 1
        /// Spend them, or deny.
        case charge = 2
        /// They are spent; never denied.
        case record = 3
        /// What reserve would answer; nothing changes.
        case check = 4
    }

    /// A denial that is known before the store is asked. It still goes there, because a repeated
    /// key is answered as the first time.
    public enum Preset: Int, Sendable {
        case missingSubject = 1
        case unknownModel = 2

        public var reason: Reason {
            switch self {
            case .missingSubject: .missingSubject
            case .unknownModel: .unknownModel
            }
        }
    }

    public var kind: Kind
    /// For a check, a name that nothing is stored under.
    public var id: ReservationID
    public var call: PricedCall
    /// In the policy's order.
    public var limits: [PlannedLimit]
    /// The moments at which the plan's windows are the right ones: from (inclusive) …
    public var validFrom: Int64
    /// … until (exclusive).
    public var validUntil: Int64
    /// Milliseconds that a reservation lives.
    public var timeToLive: Int64
    public var preset: Preset?

    public init(
        kind: Kind, id: ReservationID, call: PricedCall, limits: [PlannedLimit],
        validFrom: Int64, validUntil: Int64, timeToLive: Int64, preset: Preset? = nil
    ) {
        self.kind = kind
        self.id = id
        self.call = call
        self.limits = limits
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.timeToLive = timeToLive
        self.preset = preset
    }
}

/// A call with its price: whose, what, how much of each measure, and by which request.
public struct PricedCall: Equatable, Sendable {
    public var subject: Subject
    public var usage: Usage
    public var amounts: Amounts
    /// The price entries that the cost was computed with (``Pricing``).
    public var priceVersion: String
    /// No price was known, so the cost is an estimate or 0.
    public var isUnpriced: Bool
    /// Digest of the request's body, by which a repeated key is told from another request.
    public var bodyDigest: String

    public init(
        subject: Subject, usage: Usage, amounts: Amounts, priceVersion: String,
        isUnpriced: Bool = false, bodyDigest: String
    ) {
        self.subject = subject
        self.usage = usage
        self.amounts = amounts
        self.priceVersion = priceVersion
        self.isUnpriced = isUnpriced
        self.bodyDigest = bodyDigest
    }
}
