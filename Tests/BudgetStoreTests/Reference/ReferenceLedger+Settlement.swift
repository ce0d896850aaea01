// Commit, release, expire and extend in the reference ledger.

import BudgetModel

extension ReferenceLedger {
    mutating func settle(_ settlement: Settlement, at now: Int64) -> StepResult {
        let planned = settlement.reservation
        guard var known = reservations[planned.id.digest] else { return .unknown }
        guard known.made.sequence == planned.made.sequence else { return .stale }
        let isHeld = known.state == .held
        let isLate = settlement.kind == .commit && known.state == .expired
        let isEarly = settlement.kind == .expire && now < known.deadline + graceMs
        guard isHeld && !isEarly || isLate else { return .found(known) }
        for account in known.accounts {
            open(account, at: now)
            if isHeld { giveBack(known.call, account) }
            book(settlement, account, at: now)
        }
        for limit in settlement.overrun {
            open(limit.account, at: now)
            book(settlement, limit.account, at: now)
        }
        enter(letter(settlement.kind, isLate: isLate), planned.id.digest, at: now)
        known.state = state(settlement.kind, isLate: isLate)
        known.ending = Ending(
            moment: Moment(sequence: sequence, now: now), call: remembered(settlement))
        reservations[planned.id.digest] = known
        if settlement.kind == .commit {
            let kind = isLate ? "late_commit" : "commit"
            enterRun(planned.id, kind, settlement.call, at: now)
        }
        return .done(tightest: nil, late: isLate, deadline: nil)
    }

    mutating func extend(
        _ planned: Reservation, _ timeToLive: Int64, at now: Int64
    ) -> StepResult {
        guard var known = reservations[planned.id.digest] else { return .unknown }
        guard known.made.sequence == planned.made.sequence else { return .stale }
        guard known.state == .held else { return .found(known) }
        known.deadline = now + timeToLive
        reservations[planned.id.digest] = known
        enter("X", planned.id.digest, at: now)
        return .done(tightest: nil, late: false, deadline: known.deadline)
    }

    private mutating func giveBack(_ call: PricedCall, _ account: Account) {
        windows[WindowName(account)]?.hold(-call.amounts[account.measure], account.counter)
    }

    /// What is in flight is never spent, and a task is counted when it is first seen.
    private mutating func book(_ settlement: Settlement, _ account: Account, at now: Int64) {
        touch(account, at: now)
        guard settlement.kind == .commit, Measure.sums.contains(account.measure) else { return }
        windows[WindowName(account)]?.spend(
            settlement.call.amounts[account.measure], account.counter)
    }

    private func letter(_ kind: Settlement.Kind, isLate: Bool) -> Character {
        switch kind {
        case .commit: isLate ? "L" : "C"
        case .release: "R"
        case .expire: "E"
        }
    }

    private func state(_ kind: Settlement.Kind, isLate: Bool) -> ReservationState {
        switch kind {
        case .commit: isLate ? .lateCommitted : .committed
        case .release: .released
        case .expire: .expired
        }
    }

    /// Of a release or an expiry only the request's digest is kept.
    private func remembered(_ settlement: Settlement) -> PricedCall {
        guard settlement.kind != .commit else { return settlement.call }
        return PricedCall(
            subject: Subject(tenant: tenant), usage: Usage(), amounts: Amounts(),
            priceVersion: "", bodyDigest: settlement.call.bodyDigest)
    }
}
