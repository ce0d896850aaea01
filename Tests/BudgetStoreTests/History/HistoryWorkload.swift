// Makes the operations of a random history. It looks at the reference ledger to know what there
// is to be settled; what it plans may be out of date by the time it is carried out.

import BudgetModel

struct HistoryWorkload {
    var random: SeededGenerator
    var clock = HistoryClock()
    var planner = StepPlanner(HistoryPolicy.limits)
    private var calls = CallMaker()
    private var generation = 0
    private var keys = 0
    /// Requests to be repeated, the newest last.
    private var requests: [StepPlanner.Request] = []

    private var acts: [Act] = []
    private(set) var policies = PolicyChanges()
    /// Whether what expires is charged: in every second history.
    let charges: Bool

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        charges = !seed.isMultiple(of: 2)
    }

    /// The next operation of a tenant, planned as of now.
    mutating func step(_ books: ReferenceLedger) -> Step {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<27: admit(.reserve, books)
        case 27..<37: admit(.charge, books)
        case 37..<42: admit(.record, books)
        case 42..<47: admit(.check, books)
        case 47..<51: usage(books)
        case 51..<65: settle(.commit, books)
        case 65..<71: settle(.release, books)
        case 71..<78: settle(.expire, books)
        case 78..<82: extend(books)
        case 82..<85: .status(any(books)?.id ?? newID(books))
        case 85..<92: again(books)
        case 92..<97: settleEnded(books)
        default: settleWrong(books)
        }
    }

    /// From now on it plans under another policy.
    mutating func changePolicy() {
        policies.change(&random)
        planner.limits = policies.limits
    }

    /// A subject's call, to look at what its limits stand at.
    mutating func sample(_ tenant: String) -> (Subject, Usage) {
        (calls.subject(tenant, generation, &random), calls.usage(&random))
    }

    /// Names new runs and sessions, so that there is budget again.
    mutating func renew() { generation += 1 }

    private mutating func newID(_ books: ReferenceLedger) -> ReservationID {
        keys += 1
        let digits = String(keys)
        let digest = "k" + String(repeating: "-", count: 21 - digits.count) + digits
        return ReservationID(tenant: books.tenant, digest: digest)
    }

    private mutating func admit(_ kind: Admission.Kind, _ books: ReferenceLedger) -> Step {
        let subject = calls.subject(books.tenant, generation, &random)
        let call = calls.call(subject, calls.usage(&random), &random)
        var request = StepPlanner.Request(kind: kind, id: newID(books), call: call)
        request.timeToLive = random.pick([1, 5_000, 60_000, 3_600_000])
        if random.oneIn(40) { request.preset = random.pick([.missingSubject, .unknownModel]) }
        if kind != .check { requests.append(request) }
        return .admit(planner.plan(request, at: clock.now))
    }

    private mutating func usage(_ books: ReferenceLedger) -> Step {
        if random.oneIn(8) {
            return planner.usage(Subject(tenant: books.tenant), Usage(), at: 0)
        }
        let subject = calls.subject(books.tenant, generation, &random)
        return planner.usage(subject, calls.usage(&random), at: clock.now)
    }

    /// The same request, planned anew; also those that were denied, and those that have ended.
    private mutating func again(_ books: ReferenceLedger) -> Step {
        let own = requests.suffix(60).filter { $0.id.tenant == books.tenant }
        guard !own.isEmpty else { return admit(.reserve, books) }
        var request = random.pick(Array(own))
        if random.oneIn(20) { request.preset = .missingSubject }
        return .admit(planner.plan(request, at: clock.now))
    }

    private mutating func settle(_ kind: Settlement.Kind, _ books: ReferenceLedger) -> Step {
        let recent = books.made.suffix(150).compactMap { books.reservations[$0] }
        var open = recent.filter { $0.state == .held }
        if kind == .expire {
            let overdue = open.filter { $0.deadline + books.graceMs <= clock.now }
            if !overdue.isEmpty, !random.oneIn(6) { open = overdue }
        }
        guard !open.isEmpty else { return admit(.reserve, books) }
        return .settle(settlement(kind, random.pick(open)))
    }

    private mutating func settlement(
        _ kind: Settlement.Kind, _ reservation: Reservation
    ) -> Settlement {
        var call = calls.actual(reservation, &random)
        var kind = kind
        if kind == .expire, charges { kind = .expireCharged }
        if kind == .expireCharged {
            call = reservation.call
            call.bodyDigest = ""
        } else if kind != .commit {
            call.amounts = Amounts()
        }
        // A service may plan with the windows of then or of now.
        let moment = random.oneIn(2) ? reservation.made.now : clock.now
        return planner.settle(kind, reservation, call, at: moment)
    }

    private mutating func settleEnded(_ books: ReferenceLedger) -> Step {
        let ended = books.made.suffix(120).compactMap { books.reservations[$0] }.filter {
            $0.state != .held
        }
        guard !ended.isEmpty else { return admit(.charge, books) }
        let expired = ended.filter { $0.state == .expired || $0.state == .expiredCharged }
        let one = random.pick(expired.isEmpty || random.oneIn(3) ? ended : expired)
        return .settle(settlement(random.pick([.commit, .commit, .release, .expire]), one))
    }

    /// About a reservation that never was, or that was made anew under the same name.
    private mutating func settleWrong(_ books: ReferenceLedger) -> Step {
        guard var one = any(books) else { return admit(.record, books) }
        if random.oneIn(2) {
            one.id = newID(books)
        } else {
            one.made.sequence = one.made.sequence.advanced(by: 1)
        }
        if random.oneIn(3) { return .extend(one, timeToLive: 60_000) }
        return .settle(settlement(random.pick([.commit, .release, .expire]), one))
    }

    private mutating func extend(_ books: ReferenceLedger) -> Step {
        guard let one = any(books) else { return admit(.reserve, books) }
        return .extend(one, timeToLive: random.pick([1, 90_000, 3_600_000]))
    }

    private mutating func any(_ books: ReferenceLedger) -> Reservation? {
        books.made.isEmpty ? nil : books.reservations[random.pick(books.made.suffix(80).map { $0 })]
    }

    /// What an administrator does; sometimes the same once more.
    mutating func act(_ tenant: String) -> Act? {
        if let last = acts.last(where: { $0.id.tenant == tenant }), random.oneIn(15) { return last }
        let subject = calls.subject(tenant, generation, &random)
        var limit: Limit?
        var scope: Scope?
        let change: Act.Change
        if random.oneIn(3) {
            let field = random.pick(Subject.suspendable)
            // What is suspended stays so until this comes again, so more often it is resumed.
            change = random.oneIn(field == .tenant ? 30 : 5) ? .suspend : .resume
            scope = Scope(of: subject, per: [field])
        } else {
            let one = random.pick(planner.limits)
            limit = one
            scope = Scope(of: subject, per: one.per)
            change = self.change(one)
        }
        guard let scope else { return nil }
        keys += 1
        let digest = String(("a" + String(repeating: "-", count: 21) + String(keys)).suffix(22))
        let act = Act(
            id: ReservationID(tenant: tenant, digest: digest), bodyDigest: digest,
            actor: random.pick(["uid:0", "token:é"]),
            reason: random.pick(["because", "loop\tseen | twice"]), scope: scope, limit: limit,
            change: change)
        acts.append(act)
        return act
    }

    /// A correction as an administrator's act.
    mutating func act(
        _ correction: Correction, _ tenant: String, _ harness: StoreHarness
    ) throws -> Act {
        let scope = try harness.onStore {
            $0.scope(ofCounters: correction.key, tenant: tenant)
        }
        guard let scope else {
            throw RandomHistory.Difference(description: "\(correction.key) has no scope")
        }
        keys += 1
        let digest = String(("c" + String(repeating: "-", count: 21) + String(keys)).suffix(22))
        return Act(
            id: ReservationID(tenant: tenant, digest: digest), bodyDigest: digest, actor: "uid:0",
            reason: "a flipped bit", scope: scope, limit: nil, change: .correct(correction))
    }

    private mutating func change(_ limit: Limit) -> Act.Change {
        let end = clock.now + random.pick([1, 900, 90_000, 86_400_000])
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3:
            return .setCap(
                random.pick([0, limit.cap / 2, limit.cap * 3]),
                until: random.oneIn(3) ? nil : end)
        case 3..<6: return .grant(random.pick([1, limit.cap, Bounds.maxSum]), until: end)
        case 6..<8: return .unsetCap
        default:
            return .reset(window: planner.windows.instance(of: limit.window, at: clock.now))
        }
    }
}
