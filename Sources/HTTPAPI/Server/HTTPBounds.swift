// Every bound of the HTTP API, each with its reason.

public import NIOCore

/// The bounds of a listener and its connections.
public struct HTTPBounds: Sendable {
    /// Connections at a time. Operators, a Prometheus and a load balancer need a few; workers that
    /// have no Redis client keep one each. Beyond, connections wait to be accepted.
    public var maxConnections = 1000
    /// Bytes of a request's body: what the socket's largest request has.
    public var maxBodyBytes = 256 * 1024
    /// Bytes of one header, and of all of them.
    public var maxHeaderBytes = 16 * 1024
    /// How long a connection may be idle or a request may take to arrive. Load balancers keep
    /// theirs for a minute.
    public var idleTime = TimeAmount.seconds(75)
    /// How long a connection's first request may take to arrive, and the handshake before it: what
    /// the socket gives to whoever has not said who they are.
    public var firstRequestTime = TimeAmount.seconds(10)
    /// Bytes of a body that nobody reads, since its request was refused, before the connection is
    /// closed: a client that is refused has mostly sent all of it already.
    public var maxRefusedBytes = 1024 * 1024
    /// Bytes of events that a reader may leave unwritten, beside what the kernel takes, before it
    /// is cut: what the socket's readers have.
    public var maxUnreadEventBytes = 256 * 1024
    /// How often a stream says that it lives: more often than proxies give up on a silent one.
    public var keepAliveTime = TimeAmount.seconds(15)
    /// How long requests in flight are waited for at the end.
    public var maxDrainTime = TimeAmount.seconds(10)
    /// Connections that the kernel may hold before they are accepted.
    public var backlog = 256

    /// Streams of events at a time: as many connections stay for whoever asks.
    public var maxStreams: Int { max(1, maxConnections / 2) }

    /// Makes the bounds that are meant for production.
    public init() {}
}
