// What administrators do, in the reference ledger.

import BudgetModel
import Foundation

extension ReferenceLedger {
    /// Carries an act out; the same key again is told the first answer.
    mutating func apply(_ act: Act, at now: Int64) -> ActResult {
        if var known = acts[act.id.digest] {
            known.isReplay = true
            return known
        }
        let name = ScopeName(act.scope)
        let before = state(act, at: now)
        switch act.change {
        case .suspend: steering[name, default: .init()].isSuspended = true
        case .resume: steering[name, default: .init()].isSuspended = false
        case .reset(let window): reset(act, window, at: now)
        case .setCap, .unsetCap, .unsetGone, .grant: override(act, at: now)
        case .policy, .correct: break
        }
        switch act.change {
        case .reset: enter("Q", nil, at: now)
        case .correct: enter("K", nil, at: now)
        default: enter("A", act.id.digest, at: now)
        }
        var after = state(act, at: now)
        if case .policy(_, let digest) = act.change { after = .policy(digest) }
        if case .correct(let correction) = act.change {
            after = Self.state(correction) { "\($0.expected)" }
        }
        let result = ActResult(
            moment: Moment(sequence: sequence, now: now), before: before, after: after,
            measure: act.limit?.measure, isReplay: false)
        acts[act.id.digest] = result
        audit.append(
            AuditEntry(
                moment: result.moment, actor: act.actor, action: act.change.name,
                scope: act.scope.canonical, limit: act.limit?.name, measure: act.limit?.measure,
                before: before, after: result.after, reason: act.reason))
        return result
    }

    private func account(_ act: Act, _ window: WindowInstance) -> Account? {
        act.limit.map {
            PlannedLimit(limit: $0, scope: act.scope, window: window).account
        }
    }

    private func state(_ act: Act, at now: Int64) -> SteeringState {
        let known = steering[ScopeName(act.scope)] ?? .init()
        switch act.change {
        case .suspend, .resume: return known.isSuspended ? .suspended : .active
        case .policy(let before, _): return .policy(before)
        case .correct(let correction): return Self.state(correction) { $0.found ?? "" }
        case .reset(let window):
            guard let account = account(act, window) else { return .spent(-1) }
            let name = WindowName(account)
            // A life that is over shows what it left, until another begins.
            guard name.width == nil, name.flow == nil else {
                return .spent(counter(account, at: now).spent)
            }
            return .spent(windows[name]?.counters[account.counter]?.spent ?? 0)
        case .setCap, .unsetCap, .unsetGone, .grant:
            guard let override = known.overrides[act.limit?.identity ?? 0] else {
                return .override(nil)
            }
            let isOver = override.until.map { $0 <= now } ?? false
            let state = SteeringState.Override(
                cap: isOver ? nil : override.cap,
                until: isOver || override.cap == nil ? nil : override.until,
                grants: override.grants.filter { now < $0.until }
                    .map { .init(amount: $0.amount, until: $0.until) })
            return .override(state.cap == nil && state.grants.isEmpty ? nil : state)
        }
    }

    /// What a correction changes. That the counters are then what they were here all the time is
    /// for the comparison of the books to show.
    private static func state(
        _ correction: Correction, _ value: (Correction.Change) -> String
    ) -> SteeringState {
        let parts = correction.key.components(separatedBy: "}:w:")
        let window = parts.last?.split(separator: ":", maxSplits: 1).last ?? ""
        let what = parts.count == 2 ? String(window) : "run"
        let fields = correction.changes.map { $0.field + " " + value($0) }
        return .counters(what + " " + fields.joined(separator: ", "))
    }

    private mutating func override(_ act: Act, at now: Int64) {
        guard let limit = act.limit else { return }
        let name = ScopeName(act.scope)
        var own = steering[name, default: .init()].overrides[limit.identity] ?? .init()
        own.grants.removeAll { $0.until <= now }
        if let until = own.until, until <= now {
            own.cap = nil
            own.until = nil
        }
        switch act.change {
        case .setCap(let cap, let until):
            own.cap = cap
            own.until = until
        case .grant(let amount, let until):
            own.grants.append(.init(amount: amount, until: until))
        default: own = .init()
        }
        steering[name, default: .init()].overrides[limit.identity] = own
    }

    private mutating func reset(_ act: Act, _ window: WindowInstance, at now: Int64) {
        guard let account = account(act, window) else { return }
        let name = WindowName(account)
        windows[name]?.counters[account.counter]?.spent = 0
        windows[name]?.slots[account.counter] = nil
        windows[name]?.levels[account.counter] = nil
        windows[name]?.tasks[account.counter] = nil
        windows[name]?.warned[act.limit?.identity ?? 0] = nil
        windows[name]?.resets[account.counter] = sequence.advanced(by: 1)
    }
}
