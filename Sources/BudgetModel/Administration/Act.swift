/// What an administrator does to one scope of one tenant. Every act is one audit entry, written in
/// the same step as its change.
public struct Act: Equatable, Sendable {
    /// The change.
    public enum Change: Equatable, Sendable {
        /// Nothing of the scope is admitted any more.
        case suspend
        case resume
        /// Another cap in place of the policy's, until a moment (Unix time in milliseconds) or,
        /// with nil, until it is taken back.
        case setCap(Int64, until: Int64?)
        /// The policy's cap again, without what was granted.
        case unsetCap
        /// The same of a limit that the policy has no more, by the name that it was set under.
        case unsetGone(String)
        /// More than the cap, until a moment.
        case grant(Int64, until: Int64)
        /// What was spent in the window of now counts as nothing; holds stay.
        case reset(window: WindowInstance)
        /// Counters that are not as the ledger's entries say, set back.
        case correct(Correction)
        /// Another policy in force at a daemon, by the digests. The change itself is the daemon's,
        /// right after this; the act is its entry.
        case policy(before: String, after: String)

        /// The name in the audit.
        public var name: String {
            switch self {
            case .suspend: "suspend"
            case .resume: "resume"
            case .setCap: "set"
            case .unsetCap, .unsetGone: "unset"
            case .grant: "grant"
            case .reset: "reset"
            case .correct: "correct"
            case .policy: "policy"
            }
        }
    }

    /// The names of all changes.
    public static let actions = [
        "set", "unset", "grant", "reset", "suspend", "resume", "correct", "policy",
    ]

    /// Whose keys, and the name by which a repeated request finds the first one.
    public var id: ReservationID
    /// Digest of the request's body.
    public var bodyDigest: String
    /// Who: ``Caller/name``.
    public var actor: String
    /// Why, in the administrator's words.
    public var reason: String
    public var scope: Scope
    /// The limit that it is about; nil for a suspension.
    public var limit: Limit?
    public var change: Change

    /// The name of the limit that it is about; nil for a suspension.
    public var limitName: String? {
        if case .unsetGone(let name) = change { name } else { limit?.name }
    }

    public init(
        id: ReservationID, bodyDigest: String, actor: String, reason: String, scope: Scope,
        limit: Limit?, change: Change
    ) {
        self.id = id
        self.bodyDigest = bodyDigest
        self.actor = actor
        self.reason = reason
        self.scope = scope
        self.limit = limit
        self.change = change
    }
}

/// What became of an act.
public struct ActResult: Equatable, Sendable {
    /// Of the act itself, also where it is told again.
    public var moment: Moment
    public var before: SteeringState
    public var after: SteeringState
    /// What the limit measures, also where the policy has it no more.
    public var measure: Measure?
    /// It was done before, under the same key.
    public var isReplay: Bool

    public init(
        moment: Moment, before: SteeringState, after: SteeringState, measure: Measure? = nil,
        isReplay: Bool
    ) {
        self.moment = moment
        self.before = before
        self.after = after
        self.measure = measure
        self.isReplay = isReplay
    }
}

/// What an act changes, before it or after.
public enum SteeringState: Equatable, Sendable {
    case active
    case suspended
    /// Nil: the policy's cap holds.
    case override(Override?)
    /// What is spent in the window, in the measure's unit.
    case spent(Int64)
    /// Fields of a hash as they are in Redis, behind the window that it is of, or `run`.
    case counters(String)
    /// The policy in force, by its digest.
    case policy(String)

    /// One limit's override in one scope.
    public struct Override: Equatable, Sendable {
        /// An allowance beside the cap.
        public struct Grant: Equatable, Sendable {
            public var amount: Int64
            /// Unix time in milliseconds.
            public var until: Int64

            public init(amount: Int64, until: Int64) {
                self.amount = amount
                self.until = until
            }
        }

        /// Nil: the policy's.
        public var cap: Int64?
        /// When the cap ends, Unix time in milliseconds; nil: never.
        public var until: Int64?
        public var grants: [Grant]

        public init(cap: Int64? = nil, until: Int64? = nil, grants: [Grant] = []) {
            self.cap = cap
            self.until = until
            self.grants = grants
        }
    }
}

/// One line of the audit.
public struct AuditEntry: Equatable, Sendable {
    public var moment: Moment
    public var actor: String
    /// ``Act/Change/name``.
    public var action: String
    /// Canonical spelling.
    public var scope: String
    /// The limit's name and measure when it was done.
    public var limit: String?
    public var measure: Measure?
    public var before: SteeringState
    public var after: SteeringState
    public var reason: String

    public init(
        moment: Moment, actor: String, action: String, scope: String, limit: String?,
        measure: Measure?, before: SteeringState, after: SteeringState, reason: String
    ) {
        self.moment = moment
        self.actor = actor
        self.action = action
        self.scope = scope
        self.limit = limit
        self.measure = measure
        self.before = before
        self.after = after
        self.reason = reason
    }
}

/// What is set for one scope.
public struct Steering: Equatable, Sendable {
    /// Canonical spelling.
    public var scope: String
    public var isSuspended: Bool
    /// By ``Limit/identity``.
    public var overrides: [Int64: SteeringState.Override]
    /// What the limits were called when that was set.
    public var names: [Int64: Name]
    /// What is there is not as it is written; nothing is known of it.
    public var isUnreadable = false

    /// A limit as it was called.
    public struct Name: Equatable, Sendable {
        public var limit: String
        public var measure: Measure

        public init(limit: String, measure: Measure) {
            self.limit = limit
            self.measure = measure
        }
    }

    public init(
        scope: String, isSuspended: Bool, overrides: [Int64: SteeringState.Override],
        names: [Int64: Name] = [:]
    ) {
        self.scope = scope
        self.isSuspended = isSuspended
        self.overrides = overrides
        self.names = names
    }
}
