// One load, measured.

struct Sample {
    let decisionsPerSecond: Double
    /// Redis's CPU per decision, in microseconds; 0 where there is none.
    let redisMicros: Double
    /// The daemon's, where one was in between.
    let daemonMicros: Double?
    /// The load generator's.
    let clientMicros: Double
    /// From sending a burst to a reply, in microseconds.
    let p50Micros: Double
    let p99Micros: Double
    let p999Micros: Double

    /// Redis's and the daemon's together.
    var serverMicros: Double { redisMicros + (daemonMicros ?? 0) }

    /// - Parameter cpu: of the whole load.
    init(_ load: LoadResult, _ cpu: CPUUse) {
        let count = Double(load.allowed)
        decisionsPerSecond = count / load.seconds
        redisMicros = (cpu.redis ?? 0) / count
        daemonMicros = cpu.daemon.map { $0 / count }
        clientMicros = cpu.client / count
        p50Micros = load.latencies.micros(50)
        p99Micros = load.latencies.micros(99)
        p999Micros = load.latencies.micros(99.9)
    }
}
