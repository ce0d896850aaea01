// Faults that come again and again until somebody mends them: a key of another type fails the sweep
// of each second, and a Redis that is gone each attempt to connect. Told once they are news; told
// each second they bury everything else.

/// Says which faults are worth a line in the log. A pure value; time is a parameter.
public struct RepeatedFaults: Sendable {
    private struct Told {
        /// When it was told last, and when it was seen last, in milliseconds.
        var at: Int64
        var seen: Int64
        /// How long it isn't told again.
        var wait: Int64
    }

    /// The first pause between two lines; each is twice as long as the one before.
    private static let firstWait: Int64 = 60_000
    /// The longest one: who looks at a log of hours finds what lasts.
    private static let longestWait: Int64 = 3_600_000
    /// Faults that are remembered; with more, all are news again.
    private static let most = 1000

    private var told: [String: Told] = [:]

    /// Knows of none.
    public init() {}

    /// Whether a fault is to be told: it is new, it had gone for a minute, or it has lasted long
    /// enough since it was told.
    public mutating func isNews(_ fault: String, at now: Int64) -> Bool {
        guard var known = told[fault], now - known.seen <= Self.firstWait, known.seen <= now else {
            if told.count >= Self.most { told = [:] }
            told[fault] = Told(at: now, seen: now, wait: Self.firstWait)
            return true
        }
        known.seen = now
        let isDue = now - known.at >= known.wait
        if isDue {
            known.at = now
            known.wait = min(2 * known.wait, Self.longestWait)
        }
        told[fault] = known
        return isDue
    }

    /// It is mended: the next time is news.
    public mutating func forget(_ fault: String) { told[fault] = nil }
}
