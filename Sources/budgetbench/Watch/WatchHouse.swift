// A daemon and its Redis, under the same load without watchers and with them.

final class WatchHouse {
    /// A measurement without watchers and one with them, one right behind the other.
    struct Pair {
        let without: Sample
        let with: Sample
        let told: WatcherConnection.Told
        /// How long there was something to tell.
        let seconds: Double
    }

    private let scale: WatchScale
    private let shape: WatchShape
    private let redis: RedisServer
    private let daemon: DaemonServer
    private let measurement: Measurement
    private var population: Population

    init(_ workplace: Workplace, _ shape: WatchShape, _ scale: WatchScale) throws {
        self.scale = scale
        self.shape = shape
        redis = try RedisServer(in: try workplace.directory("redis-\(shape.rawValue)"))
        daemon = try DaemonServer(in: try workplace.directory(shape.rawValue), redis: redis)
        measurement = try Measurement(
            daemon.socketPath, connections: scale.connections, redis: redis, daemon: daemon)
        population = Population(users: scale.users, runs: scale.users, seed: scale.seed)
        try measurement.prepare(.requests(population.firstCalls()), expecting: .decision)
    }

    func stop() {
        daemon.stop()
        redis.stop()
    }

    /// - Parameter watchedFirst: whether the measurement with watchers is the first of the two.
    func pair(watchedFirst: Bool) throws -> Pair {
        let first = watchedFirst ? nil : try sample()
        let begin = MonotonicTime.now
        let watchers = try Watchers(shape, count: scale.watchers, path: daemon.socketPath)
        let with = try sample()
        let told = try watchers.end()
        let seconds = Double(MonotonicTime.now - begin) / 1e9
        return Pair(without: try first ?? sample(), with: with, told: told, seconds: seconds)
    }

    private func sample() throws -> Sample {
        try measurement.prepare(
            .requests(population.calls(scale.callsBefore)), expecting: .decision)
        return try measurement.sample(
            .requests(population.calls(scale.calls)), depth: scale.depth, expecting: .decision)
    }
}
