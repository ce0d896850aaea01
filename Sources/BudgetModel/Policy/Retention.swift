/// How long the books are kept, in milliseconds.
public struct Retention: Hashable, Sendable {
    /// One day.
    public static let day: Int64 = 86_400_000

    /// Idempotency keys and ended reservations.
    public let keysMs: Int64
    /// The ledgers of runs.
    public let runsMs: Int64
    /// The journals of tenants.
    public let journalMs: Int64
    /// How late an expired reservation may still be committed.
    public let lateCommitMs: Int64

    public init(
        keysMs: Int64 = 7 * Retention.day, runsMs: Int64 = 30 * Retention.day,
        journalMs: Int64 = 30 * Retention.day, lateCommitMs: Int64 = 7 * Retention.day
    ) {
        self.keysMs = keysMs
        self.runsMs = runsMs
        self.journalMs = journalMs
        self.lateCommitMs = lateCommitMs
    }
}
