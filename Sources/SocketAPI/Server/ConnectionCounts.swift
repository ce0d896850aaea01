// How many connections and requests there are and were.

public import BudgetModel

/// A listener's counters at one moment.
public struct ConnectionCounts: Equatable, Sendable {
    /// Connections that are open.
    public var open = 0
    /// Connections accepted since the start, refused ones included.
    public var accepted = 0
    /// Connections refused because there were too many, or because the peer has no role.
    public var refused = 0
    /// Requests taken, wrong ones included.
    public var requests = 0
    /// Requests that the listener itself answered by an error, by its code.
    public var refusals: [BudgetError.Code: Int] = [:]

    /// Makes counts of nothing.
    public init() {}
}
