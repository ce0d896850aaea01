/// How long reservations live, and what becomes of those whose worker never came back.
public struct ReservationRules: Hashable, Sendable {
    /// What an expired reservation does to the counters.
    public enum OnExpire: String, CaseIterable, Sendable {
        /// The hold goes back; a late commit still books what was used.
        case release
        /// The estimate counts as spent, until a late commit says better.
        case charge
    }

    /// Time to live in milliseconds where the request names none.
    public let ttlMs: Int64
    /// Milliseconds past the deadline during which a commit is still in time.
    public let graceMs: Int64
    /// The longest time to live that a request may ask for, in milliseconds.
    public let maxTTLMs: Int64
    public let onExpire: OnExpire

    public init(
        ttlMs: Int64 = 60_000, graceMs: Int64 = 30_000, maxTTLMs: Int64 = 3_600_000,
        onExpire: OnExpire = .release
    ) {
        self.ttlMs = ttlMs
        self.graceMs = graceMs
        self.maxTTLMs = maxTTLMs
        self.onExpire = onExpire
    }
}
