// What watchers are told: an entry of a tenant's journal, or a denial, which leaves none.

/// Something that happened in a tenant's books, or was refused there.
public struct Event: Equatable, Sendable {
    /// What became of a call.
    public enum CallKind: String, CaseIterable, Sendable {
        case reserve
        case charge
        case record
        case commit
        case lateCommit = "late_commit"
        case release
        case extend
        case expire
        /// It expired, and was charged for (`on_expire: charge`).
        case expireCharge = "expire_charge"
        /// That charge is taken back; a late commit follows.
        case void
    }

    /// A threshold of a limit that a call passed.
    public struct Warning: Equatable, Sendable {
        public var limit: String
        /// As people read it.
        public var scope: String
        /// The share of the cap in 1/10000.
        public var share: Int64

        public init(limit: String, scope: String, share: Int64) {
            self.limit = limit
            self.scope = scope
            self.share = share
        }
    }

    /// A call that was let through before, or is by this entry.
    public struct Call: Equatable, Sendable {
        public var kind: CallKind
        public var id: ReservationID
        /// With the amounts that the entry is about; of an end without a spending, those that
        /// were held.
        public var call: PricedCall
        public var warnings: [Warning]

        public init(
            kind: CallKind, id: ReservationID, call: PricedCall, warnings: [Warning] = []
        ) {
            self.kind = kind
            self.id = id
            self.call = call
            self.warnings = warnings
        }
    }

    /// A call that was refused.
    public struct Denied: Equatable, Sendable {
        public var call: PricedCall
        public var reason: Reason
        /// The first limit that it doesn't fit under, where that is the reason.
        public var limit: String?
        /// Whose limit or suspension it is, as people read it.
        public var scope: String?
        /// One sentence fit to show to a person.
        public var message: String

        public init(
            call: PricedCall, reason: Reason, limit: String?, scope: String?, message: String
        ) {
            self.call = call
            self.reason = reason
            self.limit = limit
            self.scope = scope
            self.message = message
        }
    }

    /// What it is about.
    public enum Matter: Equatable, Sendable {
        case call(Call)
        case denied(Denied)
        case act(AuditEntry)
        /// Events before this one can't be told: how many denials, or how many entries because
        /// there was no time for them; 0 of both where the journal doesn't reach back so far.
        case gap(denials: Int, entries: Int64)
    }

    public var tenant: String
    /// A denial's sequence is that of the entry before it.
    public var moment: Moment
    public var matter: Matter

    public init(tenant: String, moment: Moment, matter: Matter) {
        self.tenant = tenant
        self.moment = moment
        self.matter = matter
    }

    /// Whose call it is about; nil for an act and for a gap.
    public var subject: Subject? {
        switch matter {
        case .call(let call): call.call.subject
        case .denied(let denied): denied.call.subject
        case .act, .gap: nil
        }
    }

    /// Whether it is an entry, which is told once; others may stand behind the one they name.
    public var isEntry: Bool {
        switch matter {
        case .call, .act: true
        case .denied, .gap: false
        }
    }
}
