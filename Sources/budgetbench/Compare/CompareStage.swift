// What one round of the comparison plays on: a daemon and its Redis, on which its script is called
// directly too, and a Redis for what is made at home. All new in each round, so that rounds are
// alike, and all known already to the calls that are measured.

final class CompareStage {
    let redis: RedisServer
    let daemon: DaemonServer
    let plain: RedisServer

    init(_ workplace: Workplace, _ calls: CompareCalls) throws {
        redis = try RedisServer(in: try workplace.directory("redis"))
        plain = try RedisServer(in: try workplace.directory("plain"))
        daemon = try DaemonServer(in: try workplace.directory("daemon"), redis: redis)
        try redis.load(calls.script)
        try plain.load(HomeMadeScript.script)
        for peer in Peer.natives {
            try measurement(peer, connections: 10).prepare(
                calls.first(peer), expecting: peer.reply)
        }
    }

    func stop() {
        daemon.stop()
        redis.stop()
        plain.stop()
    }

    func measurement(_ peer: Peer, connections: Int) throws -> Measurement {
        try Measurement(
            path(peer), connections: connections, redis: server(peer),
            daemon: peer.isBehindDaemon ? daemon : nil)
    }

    /// The socket that a peer asks.
    func path(_ peer: Peer) -> String {
        peer.isBehindDaemon ? daemon.socketPath : server(peer).socketPath
    }

    /// Where a Python program finds its peer.
    func place(_ peer: Peer) -> PythonProgram.Place {
        PythonProgram.Place(
            address: path(peer), redis: server(peer).pid,
            daemon: peer.isBehindDaemon ? daemon.pid : nil)
    }

    /// The Redis that works for a peer.
    private func server(_ peer: Peer) -> RedisServer {
        switch peer {
        case .budgetd, .redisPyBudgetd, .direct, .redisPyDirect: redis
        case .homeMade, .redisPyLua, .redisPyIncrby, .limits, .liteLLM: plain
        }
    }
}

extension Peer {
    var isBehindDaemon: Bool { self == .budgetd || self == .redisPyBudgetd }

    /// What its answers look like.
    var reply: ExpectedReply {
        switch self {
        case .budgetd, .redisPyBudgetd: .decision
        case .direct, .redisPyDirect: .stepAnswers
        case .homeMade, .redisPyLua: .one
        case .redisPyIncrby, .limits, .liteLLM: .anything
        }
    }
}
