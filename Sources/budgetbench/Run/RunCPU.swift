// How much CPU the three processes have used for a run, in microseconds.

struct RunCPU {
    let client: Double
    let daemon: Double
    let redis: Double?

    /// Looks at the clocks before and after.
    static func counting<T>(
        daemon: ProcessClock, redis: ProcessClock?, _ body: () throws -> T
    ) throws -> (T, RunCPU) {
        let client = try ProcessClock.own
        let before = (client.micros, daemon.micros, redis?.micros)
        let value = try body()
        let cpu = RunCPU(
            client: client.micros - before.0, daemon: daemon.micros - before.1,
            redis: redis.map { $0.micros - (before.2 ?? 0) })
        return (value, cpu)
    }
}
