// The HTTP API's listeners as an operator sets them.

/// Where and for whom HTTP clients are served.
public struct HTTPListenConfiguration: Sendable {
    /// The path of a unix socket, whose peers have the roles of the other one's.
    public var socketPath: String?
    /// A TCP listener.
    public var tcp: ListenConfiguration?
    /// The file of the tokens, good on both.
    public var tokensPath: String?
    /// Connections at a time, of each.
    public var maxConnections: Int?
}
