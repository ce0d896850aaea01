// What an observer sees of a link.

/// How a link is.
public enum RedisLinkStatus: Sendable, Equatable {
    /// No connection, for this reason; it will be tried again.
    case disconnected(reason: String)
    /// Redis answers, but is not used, for this reason; it will be tried again.
    case refused(reason: String)
    /// A connection is being made and checked.
    case connecting
    /// Requests are written as they come.
    case ready
    /// Answers are awaited, nothing more is written: another connection is needed.
    case draining
    /// Answers are awaited, then it is closed.
    case closing
    /// It is closed for good.
    case closed
}
