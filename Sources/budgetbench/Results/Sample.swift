// One load, measured.

struct Sample {
    let decisionsPerSecond: Double
    /// Redis's CPU per decision, in microseconds.
    let redisMicros: Double
    /// The daemon's, where one was in between.
    let daemonMicros: Double?
    /// From sending a burst to a reply, in microseconds.
    let p50Micros: Double
    let p99Micros: Double

    init(_ load: LoadResult, redisMicros redis: Double, daemonMicros daemon: Double?) {
        let count = Double(load.allowed)
        decisionsPerSecond = count / load.seconds
        redisMicros = redis / count
        daemonMicros = daemon.map { $0 / count }
        p50Micros = load.latencies.micros(50)
        p99Micros = load.latencies.micros(99)
    }
}
