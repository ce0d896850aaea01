// How long to wait before trying again: twice as long each time, up to a cap, and never the same
// for two daemons, or they would all come back at once.

public import NIOCore

/// Exponential delays with jitter: attempt n waits between half of and the whole of
/// `first · 2^n`, at most `cap`.
public struct Backoff: Sendable, Equatable {
    /// The longest first delay.
    public var first: TimeAmount
    /// The longest delay of all.
    public var cap: TimeAmount

    /// Makes a backoff.
    public init(first: TimeAmount, cap: TimeAmount) {
        precondition(first.nanoseconds > 0 && cap >= first)
        self.first = first
        self.cap = cap
    }

    /// The delay before an attempt; the first one is 0.
    public func delay(
        attempt: Int, using random: inout some RandomNumberGenerator
    ) -> TimeAmount {
        let shift = min(max(attempt, 0), 32)
        let (grown, overflowed) = first.nanoseconds.multipliedReportingOverflow(by: 1 << shift)
        let whole = overflowed ? cap.nanoseconds : min(grown, cap.nanoseconds)
        return .nanoseconds(.random(in: whole / 2...whole, using: &random))
    }
}
