/// One operation as the store carries it out: atomically, in one tenant's keys.
public indirect enum Step: Sendable {
    case admit(Admission)
    case settle(Settlement)
    /// Sets the deadline of a reservation to so many milliseconds from now.
    case extend(Reservation, timeToLive: Int64)
    case status(ReservationID)
    /// What the limits that apply to a subject stand at.
    case usage(tenant: String, limits: [PlannedLimit], validFrom: Int64, validUntil: Int64)

    /// Whose keys it touches.
    public var tenant: String {
        switch self {
        case .admit(let admission): admission.id.tenant
        case .settle(let settlement): settlement.reservation.id.tenant
        case .extend(let reservation, _): reservation.id.tenant
        case .status(let id): id.tenant
        case .usage(let tenant, _, _, _): tenant
        }
    }
}

/// What the store answers to a step.
public enum StepResult: Equatable, Sendable {
    /// Done. `late`: the commit came after the expiry. `deadline`: of an extended reservation.
    case done(tightest: Tightest?, late: Bool, deadline: Int64?)
    indirect case denied(Denial)
    /// There is one of that name: a repeated request, or one that has ended.
    indirect case found(Reservation)
    /// There is none of that name.
    case unknown
    /// The clock or the reservation is not what was planned with; nothing was done.
    case stale
    /// In the order of the question.
    case usage([LimitStanding])

    /// Done, with nothing more to say.
    public static let done = StepResult.done(tightest: nil, late: false, deadline: nil)
}

/// A step's result and the place in history at which it was given.
public struct StepAnswer: Equatable, Sendable {
    public var result: StepResult
    public var moment: Moment
    /// Thresholds that it passed.
    public var warnings: [Warning]

    /// A limit's share of its cap, passed for the first time in its window.
    public struct Warning: Equatable, Sendable {
        /// The limit's place in the plan, or among ``Settlement/thresholds``, from 0.
        public var index: Int
        /// The share of the cap in 1/10000.
        public var share: Int64

        public init(index: Int, share: Int64) {
            self.index = index
            self.share = share
        }
    }

    public init(_ result: StepResult, at moment: Moment, warnings: [Warning] = []) {
        self.result = result
        self.moment = moment
        self.warnings = warnings
    }
}

/// Why the store denied.
public struct Denial: Equatable, Sendable {
    /// A limit that the call does not fit under.
    public struct Failure: Equatable, Sendable {
        /// Its place in the plan, from 0.
        public var index: Int
        public var standing: LimitStanding
        /// Milliseconds after which there may be room, for what moves with time; 0 where that is
        /// not known.
        public var relief: Int64

        public init(index: Int, standing: LimitStanding, relief: Int64 = 0) {
            self.index = index
            self.standing = standing
            self.relief = relief
        }
    }

    public var reason: Reason
    /// Every limit that fails, in the plan's order; empty where limits were not the reason.
    public var failures: [Failure]
    /// For a suspension, which of ``Subject/suspendable`` it is.
    public var suspended: SubjectField?
    /// The tenant has holds that are overdue: sweep, then decide once more.
    public var hasOverdueHolds: Bool

    public init(
        reason: Reason, failures: [Failure] = [], suspended: SubjectField? = nil,
        hasOverdueHolds: Bool = false
    ) {
        self.reason = reason
        self.failures = failures
        self.suspended = suspended
        self.hasOverdueHolds = hasOverdueHolds
    }
}

/// What a limit stands at in one scope and window, in the limit's unit.
public struct LimitStanding: Equatable, Sendable {
    /// The cap in force: the policy's, or the override's, plus grants.
    public var cap: Int64
    public var spent: Int64
    public var held: Int64
    /// The cap is not the policy's.
    public var isOverridden: Bool

    public init(cap: Int64, spent: Int64, held: Int64, isOverridden: Bool = false) {
        self.cap = cap
        self.spent = spent
        self.held = held
        self.isOverridden = isOverridden
    }

    /// What is left, at least 0.
    public var remaining: Int64 { max(0, cap - spent - held) }
}
