// How much a run asks, of whom.

struct RunScale: Codable {
    let seconds: Double
    /// The run ends with the time or with these, whichever is first.
    let mostCalls: Int
    let connections: Int
    let depth: Int
    let mix: Mix
    let tenants: Int
    let users: Int
    let runs: Int
    let zipf: Double
    let seed: UInt64
}
