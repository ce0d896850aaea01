// One tenant's books as the promises describe them: plain dictionaries, one operation at a time,
// no Redis. The store has to give the same answers in the same order of history, and to hold the
// same sums at its end.
//
// It is written from the promises and knows nothing of the script: an account is spent and held,
// a window may begin a new life, everything accepted is one entry with one number. What it does
// not know is garbage collection: nothing is ever forgotten here.

import BudgetModel

struct ReferenceLedger {
    /// One line of the books.
    struct Entry: Equatable {
        var sequence: Sequence
        var now: Int64
        /// As the journal spells it: H G P C L R E X, and Z for a new life.
        var letter: Character
        /// The reservation's digest; nil for a new life.
        var digest: String?
    }

    let tenant: String
    let graceMs: Int64
    var windows: [WindowName: ReferenceWindow] = [:]
    /// By digest.
    var reservations: [String: Reservation] = [:]
    /// Digests in the order of their making.
    var made: [String] = []
    var runs: [ExactName: ReferenceRun] = [:]
    var steering: [ScopeName: ReferenceSteering] = [:]
    var entries: [Entry] = []
    var sequence = Sequence(epoch: 0, number: 0)
    /// By digest.
    var acts: [String: ActResult] = [:]
    /// The oldest first.
    var audit: [AuditEntry] = []
    /// Thresholds that the operation under way has passed.
    var passed: [StepAnswer.Warning] = []

    init(tenant: String, graceMs: Int64 = 30_000) {
        self.tenant = tenant
        self.graceMs = graceMs
    }

    /// Carries a step out at a moment of Redis's clock.
    mutating func apply(_ step: Step, at now: Int64) -> StepAnswer {
        let result: StepResult
        passed = []
        switch step {
        case .admit(let admission): result = admit(admission, at: now)
        case .settle(let settlement): result = settle(settlement, at: now)
        case .extend(let planned, let timeToLive):
            result = extend(planned, timeToLive, at: now)
        case .status(let id):
            result = reservations[id.digest].map(StepResult.found) ?? .unknown
        case .usage(_, let limits, let from, let until):
            result = from <= now && now < until ? usage(limits, at: now) : .stale
        }
        return StepAnswer(
            result, at: Moment(sequence: sequence, now: now), warnings: passed)
    }

    /// Enters a line.
    mutating func enter(_ letter: Character, _ digest: String?, at now: Int64) {
        sequence = sequence.advanced(by: 1)
        entries.append(Entry(sequence: sequence, now: now, letter: letter, digest: digest))
    }

    /// Makes a window ready to be changed, beginning a new life where the old one is over.
    mutating func open(_ account: Account, at now: Int64) {
        let name = WindowName(account)
        guard let window = windows[name] else {
            windows[name] = ReferenceWindow(scope: account.scope)
            return
        }
        guard window.isOver(after: name.idle, at: now) else { return }
        enter("Z", nil, at: now)
        windows[name] = ReferenceWindow(scope: account.scope, last: now, born: sequence)
    }

    /// Remembers that a lifetime was used.
    mutating func touch(_ account: Account, at now: Int64) {
        let name = WindowName(account)
        if name.idle != nil { windows[name]?.last = now }
    }

    /// What a counter is at for an operation that comes now: a life that is over counts nothing.
    func counter(_ account: Account, at now: Int64) -> ReferenceWindow.Counter {
        let name = WindowName(account)
        guard let window = windows[name], !window.isOver(after: name.idle, at: now) else {
            return .init()
        }
        var counter = window.counters[account.counter] ?? .init()
        if let width = name.width {
            counter.spent = Self.rolled(window, account.counter, width, at: now)
        } else if let flow = name.flow {
            counter.spent = (level(account, at: now) + flow.period - 1) / flow.period
        }
        return counter
    }

    /// The cap in force for a limit in a scope.
    func cap(of planned: PlannedLimit, at now: Int64) -> (cap: Int64, isOverridden: Bool) {
        guard let steering = steering[ScopeName(planned.scope)] else {
            return (planned.limit.cap, false)
        }
        var (cap, isOverridden) = steering.cap(of: planned.limit, at: now)
        if case .bucket(let flow) = planned.limit.window {
            cap = min(cap, (1 << 50) / flow.milliseconds)
        }
        return (cap, isOverridden)
    }

    /// Whether any hold should have ended by now.
    func hasOverdueHolds(at now: Int64) -> Bool {
        reservations.values.contains { $0.state == .held && $0.deadline + graceMs <= now }
    }

    private func usage(_ limits: [PlannedLimit], at now: Int64) -> StepResult {
        .usage(
            limits.map { planned in
                let counter = counter(planned.account, at: now)
                let (cap, isOverridden) = cap(of: planned, at: now)
                return LimitStanding(
                    cap: cap, spent: counter.spent, held: counter.held, isOverridden: isOverridden)
            })
    }
}
