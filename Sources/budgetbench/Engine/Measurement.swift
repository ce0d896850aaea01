// One load between two looks at the clocks.

/// A server under load, and whose CPU is to be counted.
struct Measurement {
    let client: LoadClient
    let redis: ProcessClock
    var daemon: ProcessClock?

    init(_ path: String, _ scale: EngineScale, redis: RedisServer, daemon: DaemonServer? = nil)
        throws
    {
        client = try LoadClient(path: path, connections: scale.connections)
        self.redis = redis.clock
        self.daemon = daemon?.clock
    }

    func sample(
        _ commands: PreparedCommands, depth: Int, expecting expected: ExpectedReply
    ) throws -> Sample {
        let redisBefore = redis.micros
        let daemonBefore = daemon?.micros
        let load = try client.run(commands, depth: depth, expecting: expected)
        let daemonAfter = daemon?.micros
        let redisAfter = redis.micros
        return Sample(
            load, redisMicros: redisAfter - redisBefore,
            daemonMicros: daemonBefore.flatMap { before in daemonAfter.map { $0 - before } })
    }

    /// A load that is not measured: it makes what later calls find.
    func prepare(_ commands: PreparedCommands, expecting expected: ExpectedReply) throws {
        _ = try client.run(commands, depth: 16, expecting: expected)
    }
}
