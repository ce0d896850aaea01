/// A call that asks to be let through, or that was made already: everything that the store needs
/// to decide it, priced and planned. A class, since it is handed from
/// hand to hand.
public final class Admission: Sendable {
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

    public let kind: Kind
    /// For a check, a name that nothing is stored under.
    public let id: ReservationID
    public let call: PricedCall
    /// In the policy's order.
    public let limits: [PlannedLimit]
    /// The moments at which the plan's windows are the right ones: from (inclusive) …
    public let validFrom: Int64
    /// … until (exclusive).
    public let validUntil: Int64
    /// Milliseconds that a reservation lives.
    public let timeToLive: Int64
    public let preset: Preset?

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
