// How far `budgetbench watch` goes.

struct WatchScale: RoundScale {
    var quick = false
    var rounds = 21
    var seed: UInt64 = 1
    var watchers = 1000
    /// Those who call, beside each who is watched by name: so that of ten calls one is watched.
    var usersOfWatcher = 10
    var connections = 16
    var depth = 16
    /// Decisions of one measurement, and of what runs before it, so that telling is under way.
    var calls = 30_000
    var callsBefore = 15_000

    /// Too little to judge by, enough to see that all of it works.
    static let quick = WatchScale(
        quick: true, rounds: 2, watchers: 20, connections: 4, depth: 4, calls: 800,
        callsBefore: 200)

    var users: Int { watchers * usersOfWatcher }
}

/// What watchers watch.
enum WatchShape: String, CaseIterable, Codable {
    /// Each its own user.
    case users
    /// One of a hundred the whole tenant, the others each its own user.
    case mixed
    /// What administrators do to a user each, as workers who are out of budget do.
    case acts
    /// All of them the whole tenant.
    case tenant

    var title: String {
        switch self {
        case .users: "a user each"
        case .mixed: "a user each, 1 % the tenant"
        case .acts: "acts, of a user each"
        case .tenant: "the whole tenant"
        }
    }

    /// The channel of a watcher.
    func channel(of watcher: Int) -> String {
        let user = ":user=user-\(watcher)"
        switch self {
        case .users: return "events:\(AgentCall.tenant)\(user)"
        case .mixed: return "events:\(AgentCall.tenant)\(watcher % 100 == 0 ? "" : user)"
        case .acts: return "acts:\(AgentCall.tenant)\(user)"
        case .tenant: return "events:\(AgentCall.tenant)"
        }
    }
}
