// Since when a connection keeps others waiting. The loop looks at all its connections once a
// second, which costs less than a timer for every request that came in two pieces.

import NIOCore

/// The times from which a connection's bounds of time count.
struct ConnectionDeadlines: Equatable, Sendable {
    /// Why a connection is closed.
    enum Overdue: String, Equatable, Sendable {
        case handshake
        case request
        case reading
    }

    /// The client has not said who it is since then.
    var strangerSince: NIODeadline?
    /// A request began then and hasn't ended.
    var requestSince: NIODeadline?
    /// More replies than the bound are unread since then.
    var unreadSince: NIODeadline?

    func overdue(at now: NIODeadline, bounds: SocketBounds) -> Overdue? {
        if let since = unreadSince, now - since > bounds.maxUnwrittenTime { return .reading }
        if let since = strangerSince, now - since > bounds.maxHandshakeTime { return .handshake }
        if let since = requestSince, now - since > bounds.maxRequestTime { return .request }
        return nil
    }
}
