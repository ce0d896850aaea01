// Reserve, charge, record and check in the reference ledger.

import BudgetModel

extension ReferenceLedger {
    mutating func admit(_ admission: Admission, at now: Int64) -> StepResult {
        if admission.kind != .check, let known = reservations[admission.id.digest] {
            return .found(known)
        }
        guard admission.validFrom <= now, now < admission.validUntil else { return .stale }
        let weighed = admission.limits.map { weigh($0, admission.call, at: now) }
        if admission.kind != .record {
            if let denial = denial(admission, weighed, at: now) { return .denied(denial) }
        }
        let tightest = tightest(weighed)
        if admission.kind != .check {
            accept(admission, tightest, at: now)
            passed = warnings(admission.limits, at: now)
        }
        return .done(tightest: tightest, late: false, deadline: nil)
    }

    /// A limit as the operation meets it.
    private struct Weighed {
        var isEnforced: Bool
        var standing: LimitStanding
        var amount: Int64
        var rest: Int64 { standing.cap - standing.spent - standing.held - amount }
        /// The share of the cap that is left as an exact fraction.
        var share: (rest: Int128, cap: Int128)
        var relief: Int64
    }

    private func weigh(_ planned: PlannedLimit, _ call: PricedCall, at now: Int64) -> Weighed {
        let counter = counter(planned.account, at: now)
        let isNewTask =
            planned.limit.measure == .tasks && !knows(call.subject.task, planned.account, at: now)
        let (cap, isOverridden) = cap(of: planned, at: now)
        let amount = isNewTask ? 1 : call.amounts[planned.limit.measure]
        let rest = cap - counter.spent - counter.held - amount
        var share = cap == 0 ? (rest < 0 ? -1 : 0, 1) : (Int128(rest), Int128(cap))
        if case .bucket(let flow) = planned.limit.window, cap > 0 {
            let room = Int128(cap - amount) * Int128(flow.milliseconds)
            share = (
                room - Int128(level(planned.account, at: now)),
                Int128(cap) * Int128(flow.milliseconds)
            )
        }
        return Weighed(
            isEnforced: planned.limit.mode == .enforce,
            standing: LimitStanding(
                cap: cap, spent: counter.spent, held: counter.held, isOverridden: isOverridden),
            amount: amount, share: share,
            relief: relief(planned.account, cap: cap, amount: amount, at: now))
    }

    private func knows(_ task: String?, _ account: Account, at now: Int64) -> Bool {
        let name = WindowName(account)
        guard let window = windows[name], !window.isOver(after: name.idle, at: now) else {
            return false
        }
        return window.tasks[account.counter]?.contains(ExactName(task ?? "")) ?? false
    }

    private func denial(
        _ admission: Admission, _ weighed: [Weighed], at now: Int64
    ) -> Denial? {
        if let preset = admission.preset { return Denial(reason: preset.reason) }
        for field in Subject.suspendable {
            guard let scope = Scope(of: admission.call.subject, per: [field]) else { continue }
            if steering[ScopeName(scope)]?.isSuspended == true {
                return Denial(reason: .suspended, suspended: field)
            }
        }
        let failures = weighed.indices.filter { weighed[$0].isEnforced && weighed[$0].rest < 0 }
            .map {
                Denial.Failure(
                    index: $0, standing: weighed[$0].standing, relief: weighed[$0].relief)
            }
        guard !failures.isEmpty else { return nil }
        let isRate = failures.contains { admission.limits[$0.index].limit.isBucket }
        return Denial(
            reason: isRate ? .rateLimited : .limitExceeded, failures: failures,
            hasOverdueHolds: hasOverdueHolds(at: now))
    }

    /// The enforced limit of which, in proportion to its cap, least is left; the first wins ties.
    private func tightest(_ weighed: [Weighed]) -> Tightest? {
        var best: Int?
        for index in weighed.indices where weighed[index].isEnforced {
            if let known = best, !isTighter(weighed[index], than: weighed[known]) { continue }
            best = index
        }
        return best.map {
            Tightest(index: $0, remaining: weighed[$0].rest, cap: weighed[$0].standing.cap)
        }
    }

    /// By exact fractions; with a cap of 0 the share is 0, or −1 once it is passed.
    private func isTighter(_ left: Weighed, than right: Weighed) -> Bool {
        left.share.rest * right.share.cap < right.share.rest * left.share.cap
    }

    private mutating func accept(
        _ admission: Admission, _ tightest: Tightest?, at now: Int64
    ) {
        let call = admission.call
        let spends = admission.kind != .reserve
        for limit in admission.limits {
            open(limit.account, at: now)
            book(limit.account, call, spends: spends, at: now)
        }
        let digest = admission.id.digest
        let letters: [Admission.Kind: Character] = [.reserve: "H", .charge: "G", .record: "P"]
        enter(letters[admission.kind] ?? "?", digest, at: now)
        made.append(digest)
        reservations[digest] = Reservation(
            id: admission.id, kind: admission.kind, state: spends ? .committed : .held,
            deadline: spends ? 0 : now + admission.timeToLive,
            made: Moment(sequence: sequence, now: now), tightest: tightest, call: call,
            timeToLive: admission.timeToLive, accounts: admission.limits.map(\.account))
        if spends {
            enterRun(admission.id, admission.kind == .charge ? "charge" : "record", call, at: now)
        }
    }

    /// A task is spent when it is first seen, even by a reservation.
    private mutating func book(
        _ account: Account, _ call: PricedCall, spends: Bool, at now: Int64
    ) {
        let name = WindowName(account)
        if account.measure == .tasks {
            let task = ExactName(call.subject.task ?? "")
            let isNew = windows[name]?.tasks[account.counter, default: []].insert(task).inserted
            if isNew == true { windows[name]?.spend(1, account.counter) }
        } else if name.flow != nil {
            pour(call.amounts[account.measure], account, at: now)
        } else if spends {
            spend(call.amounts[account.measure], account, at: now)
        } else {
            windows[name]?.hold(call.amounts[account.measure], account.counter)
        }
        if spends || account.measure == .tasks { touch(account, at: now) }
    }

    mutating func enterRun(
        _ id: ReservationID, _ kind: String, _ call: PricedCall, at now: Int64,
        isOver: Bool = false
    ) {
        guard let run = call.subject.run else { return }
        let moment = Moment(sequence: sequence, now: now)
        runs[ExactName(run), default: ReferenceRun()].enter(
            RunLedger.Entry(id: id, kind: kind, moment: moment, call: call, isOverEstimate: isOver))
    }
}
