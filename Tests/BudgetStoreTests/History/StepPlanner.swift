// Plans steps as a service does: which limits apply, in which windows, and how long that holds.

import BudgetModel
import Foundation

struct StepPlanner {
    var limits: [Limit]
    var windows: CalendarWindows

    init(_ limits: [Limit], timeZone: String = "Europe/Berlin") {
        self.limits = limits
        windows = CalendarWindows(timeZone: TimeZone(identifier: timeZone) ?? .gmt)
    }

    /// What an admission asks for, apart from the moment.
    struct Request {
        var kind: Admission.Kind
        var id: ReservationID
        var call: PricedCall
        var timeToLive: Int64 = 60_000
        var preset: Admission.Preset?
    }

    mutating func plan(_ request: Request, at now: Int64) -> Admission {
        let holds = request.kind == .reserve || request.kind == .check
        let planned = planned(request.call.subject, request.call.usage, at: now).filter {
            holds || $0.limit.measure != .inFlight
        }
        let (from, until) = validity(planned)
        return Admission(
            kind: request.kind, id: request.id, call: request.call, limits: planned,
            validFrom: from, validUntil: until, timeToLive: request.timeToLive,
            preset: request.preset)
    }

    mutating func usage(_ subject: Subject, _ usage: Usage, at now: Int64) -> Step {
        let planned = planned(subject, usage, at: now)
        let (from, until) = validity(planned)
        return .usage(
            tenant: subject.tenant, limits: planned, validFrom: from, validUntil: until)
    }

    /// A settlement; for a commit, limits that only the actual usage falls under are overrun.
    mutating func settle(
        _ kind: Settlement.Kind, _ reservation: Reservation, _ call: PricedCall, at now: Int64
    ) -> Settlement {
        var overrun: [PlannedLimit] = []
        if kind == .commit {
            let known = Set(reservation.accounts.map(\.name))
            overrun = planned(call.subject, call.usage, at: now).filter { one in
                // A policy since then may have renamed the limit: its counter is still the same.
                !known.contains(one.limit.name)
                    && !reservation.accounts.contains {
                        $0.scope == one.scope && $0.window == one.window.id
                            && $0.counter == one.limit.counter
                    }
            }
        }
        var thresholds: [PlannedLimit] = []
        if kind == .commit {
            let known = Set(reservation.accounts)
            let moment = reservation.made.now
            thresholds = planned(reservation.call.subject, reservation.call.usage, at: moment)
                .filter { !$0.limit.warnAt.isEmpty && known.contains($0.account) }
        }
        return Settlement(
            kind: kind, reservation: reservation, call: call, overrun: overrun,
            thresholds: thresholds)
    }

    private mutating func planned(
        _ subject: Subject, _ usage: Usage, at now: Int64
    ) -> [PlannedLimit] {
        limits.compactMap { limit in
            guard let scope = Scope(of: subject, per: limit.per), limit.match.holds(subject, usage)
            else { return nil }
            let window = windows.instance(of: limit.window, at: now)
            return PlannedLimit(limit: limit, scope: scope, window: window)
        }
    }

    private func validity(_ planned: [PlannedLimit]) -> (from: Int64, until: Int64) {
        (
            planned.map(\.window.from).max() ?? .min,
            planned.map(\.window.until).min() ?? .max
        )
    }
}
