// A daemon and its Redis whose books have so many users, each with a session, a run and a charge.
//
// They are written by the daemon's own script before the daemon is there: it would put them into
// its rankings meanwhile, which takes longer than spending does. For the same reason the journal is
// cut once they are written; what rankings cost is measured by itself.

import BudgetStore

final class ScaleHouse {
    /// Users who come to be at a time.
    private static let portion = 20_000

    private let scale: ScaleScale
    let users: Int
    let redis: RedisServer
    let daemon: DaemonServer
    private var evenly: Population
    private var unevenly: Population

    init(_ workplace: Workplace, users: Int, _ scale: ScaleScale, _ progress: Progress) throws {
        self.scale = scale
        self.users = users
        redis = try RedisServer(in: try workplace.directory("redis-\(users)"))
        evenly = Population(users: users, runs: users, seed: scale.seed)
        unevenly = Population(
            users: users, runs: users, zipf: 1, seed: scale.seed, firstOrdinal: 1 << 40)
        let client = try LoadClient(path: redis.socketPath, connections: scale.busyConnections)
        let planner = CallPlanner(now: CallPlanner.now)
        for start in stride(from: 0, to: users, by: Self.portion) {
            progress.tell("\(start) of \(users) users")
            let calls = evenly.firstCalls(of: start..<min(start + Self.portion, users))
            if start == 0 { try redis.load(PreparedCommands.script(of: calls[0], planner)) }
            _ = try client.run(.charge(calls, planner), depth: scale.depth, expecting: .stepAnswers)
        }
        try BlockingClient(path: redis.socketPath).command(
            "XTRIM", BatchCall.journal(tenant: AgentCall.tenant), "MAXLEN", "1")
        daemon = try DaemonServer(in: try workplace.directory("\(users)"), redis: redis)
    }

    func stop() {
        daemon.stop()
        redis.stop()
    }

    /// Measures decisions of users who are drawn from all.
    ///
    /// - Parameter isEven: whether each is as likely as any other.
    func sample(isEven: Bool) throws -> Sample {
        let drawn = isEven ? evenly.calls(scale.calls) : unevenly.calls(scale.calls)
        let measurement = try Measurement(
            daemon.socketPath, connections: scale.busyConnections, redis: redis, daemon: daemon)
        return try measurement.sample(.requests(drawn), depth: scale.depth, expecting: .decision)
    }

    /// What is kept of one call of each kind, by users who were there before.
    func bytes(_ progress: Progress) throws -> ScaleReport.Bytes {
        let kept = scale.kept
        let held = try growth(kept) { try run(.requests(evenly.calls(kept))) }
        let charged = try growth(kept) { try run(.charges(evenly.calls(kept))) }
        let settled = try growth(kept) {
            let load = RunScale(
                seconds: 60, mostCalls: kept, connections: scale.busyConnections,
                depth: scale.depth,
                mix: Mix(reserve: 1, charge: 0, usage: 0), tenants: 1, users: users, runs: users,
                zipf: 0, seed: ~scale.seed)
            let population = Population(
                users: users, runs: users, seed: ~scale.seed, firstOrdinal: 1 << 50)
            let result = try RunLoad(path: daemon.socketPath, load, population).run(progress)
            guard result.allowed == kept else {
                throw BenchError("\(result.allowed) of \(kept) reservations in 60 s")
            }
        }
        return ScaleReport.Bytes(
            heldReservation: held, settledReservation: settled, charge: charged)
    }

    /// What the rankings of TOP take for entries whose user, session and run are all new.
    func rankings() throws -> ScaleReport.Rankings {
        let count = scale.kept / 4
        let calls = evenly.callsOfStrangers(count)
        try rank()
        try run(.charges(calls))
        let bytes = try redis.memory
        let (_, cpu) = try CPUUse.counting(daemon: daemon.clock, redis: redis.clock, rank)
        return ScaleReport.Rankings(
            bytes: (try redis.memory - bytes) / Double(count),
            redisMicros: (cpu.redis ?? 0) / Double(count),
            daemonMicros: (cpu.daemon ?? 0) / Double(count))
    }

    /// How many bytes more there are for each of so many calls, once the rankings have them too.
    private func growth(_ calls: Int, _ load: () throws -> Void) throws -> Double {
        try rank()
        let before = try redis.memory
        try load()
        try rank()
        return (try redis.memory - before) / Double(calls)
    }

    /// Has the rankings brought up to date.
    private func rank() throws {
        try BlockingClient(path: daemon.socketPath).command(
            "TOP", "user", "cost", "hour", "tenant", AgentCall.tenant, "count", "1")
    }

    private func run(_ requests: PreparedCommands) throws {
        let client = try LoadClient(path: daemon.socketPath, connections: scale.busyConnections)
        _ = try client.run(requests, depth: scale.depth, expecting: .decision)
    }
}
