// How much CPU the three processes have used for a load, in microseconds.

struct CPUUse {
    let client: Double
    let daemon: Double?
    let redis: Double?

    /// Looks at the clocks before and after.
    static func counting<T>(
        daemon: ProcessClock?, redis: ProcessClock?, _ body: () throws -> T
    ) throws -> (T, CPUUse) {
        let client = try ProcessClock.own
        let before = (client.micros, daemon?.micros ?? 0, redis?.micros ?? 0)
        let value = try body()
        let cpu = CPUUse(
            client: client.micros - before.0,
            daemon: daemon.map { $0.micros - before.1 }, redis: redis.map { $0.micros - before.2 })
        return (value, cpu)
    }
}
