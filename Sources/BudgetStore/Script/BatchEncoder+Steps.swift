// The numbers of admissions, settlements and ledgers.

import BudgetModel

extension BatchEncoder {
    mutating func collectSteering(_ step: Step) {
        switch step {
        case .admit(let admission):
            for field in Subject.suspendable {
                guard let value = admission.call.subject[field] else { continue }
                let place = steering.add { Scope.write(field, value, to: &$0) }.place
                steeringPlaces.append(place)
            }
            collectSteering(admission.limits)
        case .usage(_, let limits, _, _):
            collectSteering(limits)
        case .settle(let settlement):
            collectSteering(settlement.thresholds)
        case .extend, .status: break
        }
    }

    private mutating func collectSteering(_ limits: [PlannedLimit]) {
        for limit in limits {
            steeringPlaces.append(steering.add { $0.append(limit.scope.canonical) }.place)
        }
    }

    /// The place that was collected for the next use.
    private mutating func takeSteeringPlace() -> Int {
        nextSteering += 1
        return steeringPlaces[nextSteering - 1]
    }

    mutating func add(_ admission: Admission) {
        let subject = admission.call.subject
        let spends = admission.kind == .charge || admission.kind == .record
        let suspendable = Subject.suspendable.count { subject[$0] != nil }
        if admission.kind == .check {
            addNoRecord()
        } else {
            addRecord(admission.id) { CallText.write(admission, to: &$0) }
        }
        operations.append(admission.kind.rawValue)
        appendValidity(admission.validFrom, admission.validUntil)
        operations.append(spends ? settings.keep.keysMs : admission.timeToLive)
        operations.append(suspendable)
        operations.append(admission.limits.count)
        operations.append(admission.preset?.rawValue ?? 0)
        for _ in 0..<suspendable { operations.append(takeSteeringPlace()) }
        for limit in admission.limits {
            add(limit, admission.call.amounts, task: subject.task ?? "")
        }
        if spends { addLedger(admission.call, admission.call.amounts) }
    }

    /// One limit of an admission or a question.
    mutating func add(_ limit: PlannedLimit, _ amounts: Amounts, task: String?) {
        let hash = place(of: limit.scope, in: limit.window.id, until: limit.window.until)
        operations.append(hash)
        appendCounter(limit.limit.counter, limit.limit.measure, in: hash)
        if limit.limit.measure == .tasks, let task {
            let member = placeOfExtra(in: hash) {
                $0.append("t:")
                $0.append(limit.limit.counter)
                $0.append(":")
                $0.append(escaped: task)
            }
            operations.append(-member)
        } else {
            operations.append(amount: task == nil ? 0 : amounts[limit.limit.measure])
        }
        operations.append(limit.limit.cap)
        operations.append(takeSteeringPlace())
        let isShadow = limit.limit.mode == .shadow
        operations.append(isShadow ? -limit.limit.identity : limit.limit.identity)
        let thresholds = limit.limit.thresholds
        operations.append(
            thresholds.isEmpty || task == nil ? 0 : placeOfExtra { $0.append(thresholds) })
    }

    mutating func add(_ settlement: Settlement) {
        let reservation = settlement.reservation
        addRecord(reservation.id) { CallText.write(settlement, to: &$0) }
        let isExpiry = settlement.kind == .expire || settlement.kind == .expireCharged
        operations.append(isExpiry ? Settlement.Kind.expire.rawValue : settlement.kind.rawValue)
        operations.append(place(of: reservation.made.sequence))
        let keep = settings.keep
        operations.append(
            isExpiry ? max(keep.keysMs, keep.lateCommitMs) : keep.keysMs)
        // What is in flight is never spent, and a task is counted when it is first seen.
        func spent(_ measure: Measure) -> Int64 {
            settlement.spends && Measure.sums.contains(measure)
                ? settlement.call.amounts[measure] : 0
        }
        operations.append(reservation.accounts.count + settlement.overrun.count)
        operations.append(settlement.thresholds.count)
        operations.append(reservation.state == .expiredCharged ? 1 : 0)
        for account in reservation.accounts {
            // Once it is charged, what was in flight isn't any more.
            let isOver = reservation.state == .expiredCharged && account.measure == .inFlight
            let held = isOver ? 0 : reservation.call.amounts[account.measure]
            add(account, until: nil, held: held, spent: spent(account.measure))
        }
        for limit in settlement.overrun {
            let until = limit.window.until
            add(limit.account, until: until, held: 0, spent: spent(limit.limit.measure))
        }
        for limit in settlement.thresholds { add(limit, Amounts(), task: "") }
        if settlement.spends {
            addLedger(settlement.call, settlement.booked)
        } else {
            for _ in 0..<3 { operations.append(0) }
        }
    }

    /// The counters are kept as long as the hold, and for its late commit.
    mutating func add(extension reservation: Reservation, _ timeToLive: Int64) {
        operations.append(8)
        operations.append(place(of: reservation.made.sequence))
        operations.append(timeToLive)
        operations.append(
            timeToLive + settings.graceMs + settings.keep.lateCommitMs + Self.slack)
        operations.append(reservation.accounts.count)
        for account in reservation.accounts {
            operations.append(place(of: account.scope, in: account.window, until: nil))
        }
    }

    private mutating func add(_ account: Account, until: Int64?, held: Int64, spent: Int64) {
        let hash = place(of: account.scope, in: account.window, until: until)
        operations.append(hash)
        appendCounter(account.counter, account.measure, in: hash)
        operations.append(amount: held)
        operations.append(amount: spent)
    }

    /// The run's sorted sets and totals; nothing where the call names no run.
    private mutating func addLedger(_ call: PricedCall, _ amounts: Amounts) {
        guard let run = call.subject.run else {
            for _ in 0..<3 { operations.append(0) }
            return
        }
        let hash = place(ofRun: run)
        let task = call.subject.task ?? ""
        operations.append(hash)
        operations.append(placeOfExtra { $0.append(escaped: task) })
        let retries: [Measure] = amounts.retries != 0 ? [.retries] : []
        operations.append(5 + 2 * retries.count)
        for measure in [.cost, .tokens, .calls] + retries {
            let cell = cell(in: hash) {
                $0.append("s:")
                $0.append(measure.name)
            }
            operations.append(cell)
            operations.append(measure.rawValue * 2 + 2)
            operations.append(amount: amounts[measure])
        }
        for measure in [.tokens, .calls] + retries {
            func write(_ text: inout ByteText) {
                text.append(measure.name)
                text.append(":")
                text.append(escaped: task)
            }
            operations.append(cell(in: hash, write))
            operations.append(-placeOfExtra(write))
            operations.append(amount: amounts[measure])
        }
    }
}
