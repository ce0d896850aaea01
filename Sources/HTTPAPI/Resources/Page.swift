// The paths that are no commands: what the daemon says of itself.

import BudgetModel
import BudgetService

/// A page about the daemon.
enum Page: String, CaseIterable, Sendable {
    /// Whether the process lives.
    case health = "/healthz"
    /// Whether it can decide.
    case readiness = "/readyz"
    /// Numbers for Prometheus.
    case metrics = "/metrics"
    /// Who asks: a name, a role, a tenant.
    case caller = "/v1/caller"
    /// This API, for programs.
    case description = "/openapi.json"

    /// Who may read it; nil for everybody. Only what a load balancer asks is open.
    var role: Role? {
        switch self {
        case .health, .readiness: nil
        case .metrics: .ops
        case .caller, .description: .worker
        }
    }

    /// Refuses whoever may not read it: the metrics are about all tenants.
    func check(_ caller: Caller) throws(BudgetError) {
        guard let role else { return }
        try caller.check(role: role, for: rawValue)
        if self == .metrics { try caller.checkHouseWide(rawValue) }
    }
}
