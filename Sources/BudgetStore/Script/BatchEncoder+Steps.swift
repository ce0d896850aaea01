// The numbers of admissions, settlements and ledgers.

import BudgetModel

extension BatchEncoder {
    mutating func collectSteering(_ step: Step) {
        switch step {
        case .admit(let admission):
            for field in Subject.suspendable {
                guard let value = admission.call.subject[field] else { continue }
                _ = steering.add(Scope.canonical(field, value))
            }
            for limit in admission.limits { _ = steering.add(limit.scope.canonical) }
        case .usage(_, let limits, _, _):
            for limit in limits { _ = steering.add(limit.scope.canonical) }
        case .settle, .extend, .status: break
        }
    }

    private func steeringPlace(_ field: String) -> Int {
        guard let place = steering.place(of: field) else {
            preconditionFailure("steering fields are collected before they are used")
        }
        return place
    }

    mutating func add(_ admission: Admission) {
        let subject = admission.call.subject
        let spends = admission.kind == .charge || admission.kind == .record
        let suspendable = Subject.suspendable.compactMap { field in
            subject[field].map { steeringPlace(Scope.canonical(field, $0)) }
        }
        if admission.kind == .check {
            records.append(Keys.journal(prefix))
            texts.append("")
        } else {
            addRecord(admission.id, text: CallText.admission(admission))
        }
        operations.append(admission.kind.rawValue)
        appendValidity(admission.validFrom, admission.validUntil)
        operations.append(spends ? settings.keep.keysMs : admission.timeToLive)
        operations.append(suspendable.count)
        operations.append(admission.limits.count)
        operations.append(admission.preset?.rawValue ?? 0)
        for place in suspendable { operations.append(place) }
        for limit in admission.limits {
            add(limit, admission.call.amounts, task: subject.task ?? "")
        }
        if spends { addLedger(admission.call) }
    }

    /// One limit of an admission or a question.
    mutating func add(_ limit: PlannedLimit, _ amounts: Amounts, task: String?) {
        let hash = place(of: limit.scope, in: limit.window.id, until: limit.window.until)
        operations.append(hash)
        appendCounter(limit.limit.counter, limit.limit.measure, in: hash)
        if limit.limit.measure == .tasks, let task {
            let member = "t:" + limit.limit.counter + ":" + Escaping.component(task)
            operations.append(-place(ofExtra: member, in: hash))
        } else {
            operations.append(amount: task == nil ? 0 : amounts[limit.limit.measure])
        }
        operations.append(limit.limit.cap)
        operations.append(steeringPlace(limit.scope.canonical))
        let isShadow = limit.limit.mode == .shadow
        operations.append(isShadow ? -limit.limit.identity : limit.limit.identity)
    }

    mutating func add(_ settlement: Settlement) {
        let reservation = settlement.reservation
        addRecord(reservation.id, text: CallText.settlement(settlement))
        operations.append(settlement.kind.rawValue)
        operations.append(place(ofExtra: reservation.made.sequence.text))
        let keep = settings.keep
        operations.append(
            settlement.kind == .expire ? max(keep.keysMs, keep.lateCommitMs) : keep.keysMs)
        let isCommit = settlement.kind == .commit
        // What is in flight is never spent, and a task is counted when it is first seen.
        func spent(_ measure: Measure) -> Int64 {
            isCommit && Measure.sums.contains(measure) ? settlement.call.amounts[measure] : 0
        }
        operations.append(reservation.accounts.count + settlement.overrun.count)
        for account in reservation.accounts {
            let held = reservation.call.amounts[account.measure]
            add(account, until: nil, held: held, spent: spent(account.measure))
        }
        for limit in settlement.overrun {
            let until = limit.window.until
            add(limit.account, until: until, held: 0, spent: spent(limit.limit.measure))
        }
        if isCommit {
            addLedger(settlement.call)
        } else {
            for _ in 0..<3 { operations.append(0) }
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
    private mutating func addLedger(_ call: PricedCall) {
        guard let run = call.subject.run else {
            for _ in 0..<3 { operations.append(0) }
            return
        }
        let key = Keys.run(prefix, run)
        var hash = hashes.place(of: key) ?? 0
        if hash == 0 {
            hash = addHash(key, expire: settings.keep.runsMs, idle: 0)
            _ = addHash(Keys.tasks(ofRun: key), expire: 0, idle: -2)
            _ = addHash(Keys.entries(ofRun: key), expire: 0, idle: -2)
        }
        let task = Escaping.component(call.subject.task ?? "")
        operations.append(hash)
        operations.append(place(ofExtra: task))
        let retries: [Measure] = call.amounts.retries > 0 ? [.retries] : []
        operations.append(5 + 2 * retries.count)
        for measure in [.cost, .tokens, .calls] + retries {
            operations.append(cell(spent(measure), in: hash))
            operations.append(measure.rawValue * 2 + 2)
            operations.append(amount: call.amounts[measure])
        }
        for measure in [.tokens, .calls] + retries {
            let name = measure.name + ":" + task
            operations.append(cell(name, in: hash))
            operations.append(-place(ofExtra: name))
            operations.append(amount: call.amounts[measure])
        }
    }

    private func spent(_ measure: Measure) -> String { "s:" + measure.name }
}
