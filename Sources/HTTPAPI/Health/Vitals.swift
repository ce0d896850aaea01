// What the daemon tells of itself, asked anew for each reader.

/// Where the pages about the daemon come from.
public struct Vitals: Sendable {
    /// Why it can't decide now, a sentence each; none where it can. Everybody may read them.
    public let faults: @Sendable () async -> [String]
    /// All metrics as Prometheus reads them.
    public let metrics: @Sendable () async -> String

    /// Makes the two questions.
    public init(
        faults: @escaping @Sendable () async -> [String],
        metrics: @escaping @Sendable () async -> String
    ) {
        self.faults = faults
        self.metrics = metrics
    }
}
