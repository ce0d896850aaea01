// Commit, release, expire and extend in the reference ledger.

import BudgetModel

extension ReferenceLedger {
    mutating func settle(_ settlement: Settlement, at now: Int64) -> StepResult {
        let planned = settlement.reservation
        guard var known = reservations[planned.id.digest] else { return .unknown }
        guard known.made.sequence == planned.made.sequence else { return .stale }
        let isHeld = known.state == .held
        let wasCharged = known.state == .expiredCharged
        let isLate = settlement.kind == .commit && (known.state == .expired || wasCharged)
        let isExpiry = settlement.kind == .expire || settlement.kind == .expireCharged
        let isEarly = isExpiry && now < known.deadline + graceMs
        if isHeld || isLate, (planned.state == .expiredCharged) != wasCharged {
            // What the settlement was planned with is not what is there.
            if !isEarly { return .stale }
        }
        guard isHeld && !isEarly || isLate else { return .found(known) }
        for account in known.accounts {
            open(account, at: now)
            if isHeld { giveBack(known.call, account, at: now) }
            if wasCharged { takeBack(known, account, at: now) }
            book(settlement, account, at: now)
        }
        for limit in settlement.overrun {
            open(limit.account, at: now)
            book(settlement, limit.account, at: now)
        }
        if wasCharged, let charge = known.ending?.call {
            enter("V", planned.id.digest, at: now)
            var back = charge
            back.amounts = Amounts() - charge.amounts
            enterRun(planned.id, "void", back, at: now)
        }
        enter(letter(settlement.kind, isLate: isLate), planned.id.digest, at: now)
        known.state = state(settlement.kind, isLate: isLate)
        known.ending = Ending(
            moment: Moment(sequence: sequence, now: now), call: remembered(settlement))
        reservations[planned.id.digest] = known
        passed = warnings(settlement.thresholds, at: now)
        if settlement.spends {
            let kind = isExpiry ? "expire_charge" : isLate ? "late_commit" : "commit"
            enterRun(
                planned.id, kind, settlement.call, at: now,
                isOver: Measure.sums.contains {
                    settlement.call.amounts[$0] > planned.call.amounts[$0]
                })
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

    private mutating func giveBack(_ call: PricedCall, _ account: Account, at now: Int64) {
        guard WindowName(account).flow == nil else { return }
        windows[WindowName(account)]?.hold(-call.amounts[account.measure], account.counter)
    }

    /// What was charged at the expiry is not charged twice.
    private mutating func takeBack(_ known: Reservation, _ account: Account, at now: Int64) {
        guard Measure.sums.contains(account.measure), WindowName(account).flow == nil,
            let ending = known.ending
        else { return }
        let window = windows[WindowName(account)]
        if let born = window?.born, ending.moment.sequence < born { return }
        let reset = window?.resets[account.counter]
        if let reset, ending.moment.sequence < reset { return }
        spend(-ending.call.amounts[account.measure], account, at: ending.moment.now)
    }

    /// A bucket's level follows the difference to what is in it already.
    private mutating func level(_ settlement: Settlement, _ account: Account, at now: Int64) {
        guard let known = reservations[settlement.reservation.id.digest] else { return }
        let isIn = known.accounts.contains(account) && known.state != .expired
        let amount = settlement.spends ? settlement.call.amounts[account.measure] : 0
        pour(amount - (isIn ? known.call.amounts[account.measure] : 0), account, at: now)
    }

    /// What is in flight is never spent, and a task is counted when it is first seen.
    private mutating func book(_ settlement: Settlement, _ account: Account, at now: Int64) {
        touch(account, at: now)
        if WindowName(account).flow != nil {
            level(settlement, account, at: now)
        } else if settlement.spends, Measure.sums.contains(account.measure) {
            spend(settlement.call.amounts[account.measure], account, at: now)
        }
    }

    private func letter(_ kind: Settlement.Kind, isLate: Bool) -> Character {
        switch kind {
        case .commit: isLate ? "L" : "C"
        case .release: "R"
        case .expire: "E"
        case .expireCharged: "D"
        }
    }

    private func state(_ kind: Settlement.Kind, isLate: Bool) -> ReservationState {
        switch kind {
        case .commit: isLate ? .lateCommitted : .committed
        case .release: .released
        case .expire: .expired
        case .expireCharged: .expiredCharged
        }
    }

    /// Of a release or an expiry only the request's digest is kept.
    private func remembered(_ settlement: Settlement) -> PricedCall {
        guard !settlement.spends else { return settlement.call }
        return PricedCall(
            subject: Subject(tenant: tenant), usage: Usage(), amounts: Amounts(),
            priceVersion: "", bodyDigest: settlement.call.bodyDigest)
    }
}
