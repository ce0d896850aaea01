// Which limits a call falls under, and in which windows: the policy applied to one call.

import BudgetModel

/// Plans calls under one policy. Owned by one service, since it remembers windows.
struct Planner {
    let policy: Policy
    private var windows: CalendarWindows
    /// Of tenants with a time zone of their own.
    private var tenantWindows: [String: CalendarWindows]

    /// A plan and the moments at which its windows are the right ones.
    struct Plan: Equatable {
        var limits: [PlannedLimit] = []
        var validFrom = Int64.min
        var validUntil = Int64.max
    }

    init(_ policy: Policy) {
        self.policy = policy
        windows = CalendarWindows(timeZone: policy.timeZone)
        tenantWindows = policy.tenants.mapValues { CalendarWindows(timeZone: $0.timeZone) }
    }

    /// The limits that apply at `now`, in the policy's order.
    ///
    /// - Parameter holds: whether the call would hold something: limits on what is in flight
    ///   are about those only.
    mutating func plan(
        _ subject: Subject, _ usage: Usage, holds: Bool, at now: Int64
    ) -> Plan {
        var plan = Plan()
        plan.limits.reserveCapacity(policy.limits.count)
        for limit in policy.limits {
            if limit.measure == .inFlight, !holds { continue }
            guard limit.match.isEmpty || limit.match.holds(subject, usage),
                let scope = Scope(of: subject, per: limit.per)
            else { continue }
            let window = instance(limit.window, tenant: subject.tenant, at: now)
            plan.validFrom = max(plan.validFrom, window.from)
            plan.validUntil = min(plan.validUntil, window.until)
            plan.limits.append(PlannedLimit(limit: limit, scope: scope, window: window))
        }
        return plan
    }

    mutating func instance(
        _ window: Window, tenant: String, at now: Int64
    ) -> WindowInstance {
        guard case .calendar = window, !tenantWindows.isEmpty,
            let own = tenantWindows[tenant]?.instance(of: window, at: now)
        else { return windows.instance(of: window, at: now) }
        return own
    }

    /// The first field that the policy requires and the subject lacks.
    func missingField(_ subject: Subject) -> SubjectField? {
        policy.require.first { subject[$0] == nil }
    }
}
