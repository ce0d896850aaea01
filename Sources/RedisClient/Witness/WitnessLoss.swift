// What an operator is told when Redis came back behind what was seen.

/// A tenant of which Redis has less than what was acknowledged.
public struct WitnessLoss: Equatable, Sendable {
    public let tenant: String
    /// The last mark that was seen.
    public let seen: WitnessMark
    /// What Redis has; nil if nothing.
    public let found: WitnessMark?

    public init(tenant: String, seen: WitnessMark, found: WitnessMark?) {
        self.tenant = tenant
        self.seen = seen
        self.found = found
    }
}
