// Every bound of the socket API beyond the size of one request, which RESP.RequestBounds has.
// Past a bound a client gets a clear error or is made to wait; the others go on.

public import NIOCore
public import RESP

/// The bounds of a listener and its connections.
public struct SocketBounds: Sendable {
    /// Connections at a time. A fleet's workers keep a few each; 10,000 of them cost some 100 MB
    /// in buffers. Beyond: `OVERLOADED`, and the connection is closed.
    public var maxConnections = 10_000
    /// Requests of one connection that may be unanswered. Past it no more are read, so that the
    /// kernel makes the client wait: a pipeline has no length that would be an error.
    public var maxUnanswered = 1000
    /// Bytes of replies that a slow reader may leave unwritten before its requests are no longer
    /// read. The largest reply is a page of a run's ledger, below this.
    public var maxUnwrittenBytes = 1024 * 1024
    /// How long a reader may stay that slow. A worker that is stopped in a debugger is back by
    /// then; one that is gone without a word holds its replies no longer.
    public var maxUnwrittenTime = TimeAmount.seconds(60)
    /// Bytes of events that a reader may leave unwritten, beside what the kernel takes, before it
    /// is told no more and closed: some 700 events, more than a tenth of a second brings.
    public var maxUnreadEventBytes = 256 * 1024
    /// Channels of one connection: each costs a look at the journal of its tenant.
    public var maxChannels = 64
    /// How long a request may take to arrive once it has begun.
    public var maxRequestTime = TimeAmount.seconds(60)
    /// How long a stranger may stay one. Who is known by the socket (a unix socket's peer) may be
    /// idle for ever, since pools keep idle connections.
    public var maxHandshakeTime = TimeAmount.seconds(10)
    /// Commands that one MULTI may queue: as many as may be unanswered.
    public var maxQueuedCommands = 1000
    /// Bytes of commands that one MULTI may queue: what four of the largest requests have.
    public var maxQueuedBytes = 1024 * 1024
    /// Bytes of a client's name and its library's: they are shown in lists.
    public var maxClientNameBytes = 256
    /// How long requests in flight are waited for at the end. Redis's own time-out is shorter.
    public var maxDrainTime = TimeAmount.seconds(10)
    /// Connections that the kernel may hold before they are accepted: a fleet that restarts
    /// connects all at once.
    public var backlog: Int32 = 1024
    /// What one request may have.
    public var request = RequestBounds()

    /// Makes the bounds that are meant for production.
    public init() {}
}
