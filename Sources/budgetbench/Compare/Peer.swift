// What is compared. Natives are asked by the load generator of this program, the others by Python
// programs as people write them: rates and latencies are compared within one language only.

enum Peer: String, CaseIterable, Codable {
    case budgetd
    case direct
    case homeMade = "home_made"
    case redisPyBudgetd = "redis_py_budgetd"
    case redisPyDirect = "redis_py_direct"
    case redisPyLua = "redis_py_lua"
    case redisPyIncrby = "redis_py_incrby"
    case limits
    case liteLLM = "litellm"

    enum Language: String, Codable, CaseIterable {
        case native
        case python

        var title: String { self == .native ? "A native client" : "Python programs" }
    }

    static let natives: [Peer] = [.budgetd, .direct, .homeMade]
    static let pythons: [Peer] = [
        .redisPyBudgetd, .redisPyDirect, .redisPyLua, .redisPyIncrby, .limits,
    ]

    var language: Language { Self.natives.contains(self) ? .native : .python }

    var title: String {
        switch self {
        case .budgetd: "budgetd"
        case .direct: "budgetd's script on Redis, without budgetd"
        case .homeMade: "a home-made Lua script on Redis"
        case .redisPyBudgetd: "redis-py, budgetd"
        case .redisPyDirect: "redis-py, budgetd's script on Redis"
        case .redisPyLua: "redis-py, a home-made Lua script"
        case .redisPyIncrby: "redis-py, INCRBY and EXPIRE, looked at afterwards"
        case .limits: "limits, a fixed window each"
        case .liteLLM: "LiteLLM's proxy, mock responses, provider budget"
        }
    }

    /// What one decision of it comprises.
    var does: String {
        switch self {
        case .budgetd, .direct, .redisPyBudgetd, .redisPyDirect:
            "4 limits, a hold, ledger, journal, idempotency"
        case .homeMade, .redisPyLua: "4 limits, ledger, idempotency; no hold, no journal"
        case .redisPyIncrby: "4 counters; nothing is refused before it is spent"
        case .limits: "4 limits one after the other; no ledger"
        case .liteLLM: "1 limit, and a whole mocked model call over HTTP"
        }
    }
}

/// A kind of load.
enum CompareLoad: String, CaseIterable, Codable {
    case one
    case many
    case pipelined

    func connections(_ scale: CompareScale) -> Int { self == .one ? 1 : scale.connections }

    /// Requests of a connection under way.
    func depth(_ scale: CompareScale) -> Int { self == .pipelined ? scale.depth : 1 }

    func title(_ scale: CompareScale) -> String {
        (self == .one ? "1 connection" : "\(scale.connections) connections")
            + (self == .pipelined ? ", \(scale.depth) requests of each under way" : "")
    }
}

/// A peer under a load. Python programs have one connection each.
struct CompareCase: Hashable {
    let peer: Peer
    let load: CompareLoad

    static let natives = CompareLoad.allCases.flatMap { load in
        Peer.natives.map { CompareCase(peer: $0, load: load) }
    }

    static func python(_ peer: Peer) -> CompareCase { CompareCase(peer: peer, load: .one) }
}
