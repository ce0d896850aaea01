// A daemon and its Redis whose books have so many users, each with a session, a run and a charge.

final class ScaleHouse {
    /// Users who come to be at a time.
    private static let portion = 20_000
    private static let connections = 50
    private static let depth = 16

    let users: Int
    let redis: RedisServer
    let daemon: DaemonServer
    private var evenly: Population
    private var unevenly: Population

    /// - Parameter name: of its folders.
    init(
        _ workplace: Workplace, _ name: String, users: Int, seed: UInt64, _ progress: Progress
    ) throws {
        self.users = users
        redis = try RedisServer(in: try workplace.directory(name + "-redis"))
        daemon = try DaemonServer(in: try workplace.directory(name), redis: redis)
        evenly = Population(users: users, runs: users, seed: seed)
        unevenly = Population(users: users, runs: users, zipf: 1, seed: seed, firstOrdinal: 1 << 40)
        let client = try LoadClient(path: daemon.socketPath, connections: Self.connections)
        for start in stride(from: 0, to: users, by: Self.portion) {
            progress.tell("\(start) of \(users) users")
            let calls = evenly.firstCalls(of: start..<min(start + Self.portion, users))
            _ = try client.run(.charges(calls), depth: Self.depth, expecting: .decision)
        }
    }

    func stop() {
        daemon.stop()
        redis.stop()
    }

    /// Measures decisions of users who are drawn from all.
    ///
    /// - Parameter isEven: whether each is as likely as any other.
    func sample(_ calls: Int, isEven: Bool) throws -> Sample {
        let drawn = isEven ? evenly.calls(calls) : unevenly.calls(calls)
        let measurement = try Measurement(
            daemon.socketPath, connections: Self.connections, redis: redis, daemon: daemon)
        return try measurement.sample(.requests(drawn), depth: Self.depth, expecting: .decision)
    }

    /// How many bytes Redis keeps for one call of each kind, of users who were there before.
    func bytes(_ kept: Int, seed: UInt64, _ progress: Progress) throws -> ScaleReport.Bytes {
        let client = try LoadClient(path: daemon.socketPath, connections: Self.connections)
        func growth(_ load: () throws -> Void) throws -> Double {
            let before = try redis.memory
            try load()
            return (try redis.memory - before) / Double(kept)
        }
        let held = try growth {
            let requests = PreparedCommands.requests(evenly.calls(kept))
            _ = try client.run(requests, depth: Self.depth, expecting: .decision)
        }
        let charged = try growth {
            let requests = PreparedCommands.charges(evenly.calls(kept))
            _ = try client.run(requests, depth: Self.depth, expecting: .decision)
        }
        let settled = try growth {
            let scale = RunScale(
                seconds: 60, mostCalls: kept, connections: Self.connections, depth: Self.depth,
                mix: Mix(reserve: 1, charge: 0, usage: 0), tenants: 1, users: users, runs: users,
                zipf: 0, seed: ~seed)
            let population = Population(
                users: users, runs: users, seed: ~seed, firstOrdinal: 1 << 50)
            let result = try RunLoad(path: daemon.socketPath, scale, population).run(progress)
            guard result.allowed == kept else {
                throw BenchError("\(result.allowed) of \(kept) reservations in 60 s")
            }
        }
        return ScaleReport.Bytes(
            heldReservation: held, settledReservation: settled, charge: charged)
    }
}
