// The whole way: a real budgetd and its Redis, both new in each round, so that rounds are alike.

final class DaemonSection {
    private let scale: EngineScale
    private let workplace: Workplace
    private let first: PreparedCommands
    private let single: PreparedCommands
    private let pipelined: PreparedCommands
    private var books = Books()

    init(_ scale: EngineScale, _ workplace: Workplace) {
        self.scale = scale
        self.workplace = workplace
        var population = Population(users: scale.runs, runs: scale.runs, seed: scale.seed)
        let calls = [
            population.firstCalls(), population.calls(scale.calls), population.calls(scale.calls),
        ]
        first = .requests(calls[0])
        single = .requests(calls[1])
        pipelined = .requests(calls[2])
        for calls in calls { books.enter(calls) }
    }

    /// Measures one fresh daemon, and audits it.
    func round(_ take: (EngineCase, Sample) -> Void) throws {
        let redis = try RedisServer(in: try workplace.directory("redis"))
        defer { redis.stop() }
        let daemon = try DaemonServer(in: try workplace.directory("daemon"), redis: redis)
        defer { daemon.stop() }
        let measurement = try Measurement(
            daemon.socketPath, connections: scale.connections, redis: redis, daemon: daemon)
        try measurement.prepare(first, expecting: .decision)
        take(.daemonSingle, try measurement.sample(single, depth: 1, expecting: .decision))
        take(.daemonPipelined, try measurement.sample(pipelined, depth: 16, expecting: .decision))
        try books.balance(against: daemon, runs: scale.checkedRuns)
    }
}
