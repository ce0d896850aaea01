// One load between two looks at the clocks.

/// A server under load, and whose CPU is to be counted.
struct Measurement {
    let client: LoadClient
    let redis: ProcessClock
    var daemon: ProcessClock?

    init(_ path: String, connections: Int, redis: RedisServer, daemon: DaemonServer? = nil) throws {
        client = try LoadClient(path: path, connections: connections)
        self.redis = redis.clock
        self.daemon = daemon?.clock
    }

    func sample(
        _ commands: PreparedCommands, depth: Int, expecting expected: ExpectedReply
    ) throws -> Sample {
        let (load, cpu) = try CPUUse.counting(daemon: daemon, redis: redis) {
            try client.run(commands, depth: depth, expecting: expected)
        }
        return Sample(load, cpu)
    }

    /// A load that is not measured: it makes what later calls find.
    func prepare(_ commands: PreparedCommands, expecting expected: ExpectedReply) throws {
        _ = try client.run(commands, depth: 16, expecting: expected)
    }
}
