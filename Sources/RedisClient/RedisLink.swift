// One pipelined connection to one Redis, for one event loop.
//
// Made of: `LinkState`, the pure machine that decides; `LinkChannelHandler`, the connection, which
// reads replies by hiredis; `ReplyClass`, the table of what error replies mean; and this class,
// which carries out. Results come by callback on the loop: per request there is no future, no
// task and no timer (one timer stands for the earliest deadline).
//
// What must always hold:
// - Every request is told exactly one result, and `unavailable` only if it certainly had no
//   effect: it was never written, or Redis answered that it wasn't done.
// - A request that was written and has no answer by its deadline takes the connection with it;
//   a late reply can therefore never answer another request.
// - Nothing is repeated that may have had an effect.
// - One write a tick, and one a burst of replies.
//
// Rejected: a timer per request (an allocation and a heap's work each), retrying what was lost
// with its connection (only the caller knows whether it carries an operation key), and hiredis's
// own sockets (NIO can't watch a foreign descriptor).

import Logging
public import NIOCore

/// A pipelined connection to Redis that reconnects by itself. Confined to its event loop: every
/// member must be used on it, and every callback comes on it. It lives until it is closed.
public final class RedisLink {
    /// The loop that it lives on.
    public let eventLoop: any EventLoop
    /// Told of every change; may be set before `start`.
    public var onStatusChange: ((RedisLinkStatus) -> Void)?
    /// Told after each burst of results that came without a call of `send`: the moment to flush
    /// what the callbacks have written to sockets of their own.
    public var onReadComplete: (() -> Void)?
    /// Told whenever Redis refuses a write for its own state: memory, disk, replicas.
    public var onRefusal: (() -> Void)?
    /// Checks each fresh connection, after its PONG; without it every one is accepted. It must
    /// call back, once.
    public var onConnect: ((RedisHandshake, @escaping (RedisHandshake.Verdict) -> Void) -> Void)?
    /// How the link is.
    public internal(set) var status = RedisLinkStatus.disconnected(reason: "not started")

    let configuration: RedisLinkConfiguration
    let connector: any LinkConnector
    let logger: Logger
    var state: LinkState<LinkRequest>
    var connection: LinkChannelHandler?
    var isStarted = false
    /// Connections in a row that didn't become ready.
    var failedAttempts = 0
    /// Why connections ended, as far as it was told since the last one was ready.
    var toldFaults = RepeatedFaults()
    /// Connections in a row that were left because of READONLY.
    var readOnlyConnections = 0
    var randomness: any RandomNumberGenerator
    var outgoing = ByteBuffer()
    var isFlushScheduled = false
    var isInReadBurst = false
    var wakeTask: Scheduled<Void>?
    var wakeTime: NIODeadline?
    var closeCallbacks: [() -> Void] = []

    /// Makes a link; `start` makes it connect.
    public convenience init(configuration: RedisLinkConfiguration, eventLoop: any EventLoop) {
        self.init(
            configuration: configuration, eventLoop: eventLoop,
            connector: SocketConnector(
                endpoint: configuration.endpoint, tls: configuration.tls,
                timeout: configuration.connectTimeout))
    }

    init(
        configuration: RedisLinkConfiguration, eventLoop: any EventLoop,
        connector: any LinkConnector
    ) {
        BrokenPipe.ignore()
        self.configuration = configuration
        self.connector = connector
        self.eventLoop = eventLoop
        randomness = configuration.randomness
        logger = configuration.logger
        state = LinkState(limit: configuration.queueLimit)
    }

    /// Whom Redis takes this link for.
    public var user: String { configuration.credentials?.user ?? "default" }

    /// How many requests are written and not answered.
    public var inFlightCount: Int { state.inFlight.count }

    /// How many requests wait to be written.
    public var queuedCount: Int { state.waitingCount }

    /// Begins to connect, and to reconnect whenever the connection ends.
    public func start() {
        eventLoop.preconditionInEventLoop()
        guard !isStarted else { return }
        isStarted = true
        connect()
    }

    /// Sends a command. What fails at once (`queueFull`, or a closed link) is told before this
    /// returns.
    ///
    /// - Parameter deadline: when the result must be known. Past it: `unavailable` if the command
    ///   wasn't written, else `outcomeUnknown` for all that is in flight.
    public func send(
        _ command: RedisCommand, deadline: NIODeadline,
        completion: @escaping (Result<RedisReply, RedisFailure>) -> Void
    ) {
        send(command, deadline: deadline, reading: nil, completion: completion)
    }

    /// Sends a command whose reply is read where it lies.
    ///
    /// - Parameters:
    ///   - deadline: as in `send`.
    ///   - reading: lent a reply that is no error; the completion is told all else.
    public func send(
        _ command: RedisCommand, deadline: NIODeadline, reading: ((LentReply) -> Void)?,
        completion: @escaping (Result<RedisReply, RedisFailure>) -> Void
    ) {
        submit(
            LinkRequest(
                payload: .command(command.encoded), deadline: deadline, reading: reading,
                completion: completion))
    }

    /// Calls a script by its name, and by its source where Redis doesn't know it.
    ///
    /// - Parameters:
    ///   - keysAndArguments: the keys, then the arguments, each as a bulk string.
    ///   - count: how many bulk strings these are.
    ///   - keyCount: how many of them are keys.
    ///   - deadline: as in `send`.
    public func evaluate(
        _ script: RedisScript, keysAndArguments: ByteBuffer, count: Int, keyCount: Int,
        deadline: NIODeadline,
        completion: @escaping (Result<RedisReply, RedisFailure>) -> Void
    ) {
        let call = ScriptCall(
            keysAndArguments: keysAndArguments, argumentCount: count, keyCount: keyCount)
        submit(
            LinkRequest(
                payload: .script(script, call, withSource: false), deadline: deadline,
                completion: completion))
    }
}
