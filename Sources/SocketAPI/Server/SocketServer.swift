// The listener of the socket API.
//
// One listening socket; its connections are spread over the loops of a group that is given from
// outside, and each stays on its loop: `SocketServer` → `LoopConnections` (one per loop, with the
// loop's executor) → `ConnectionHandler` → `ConnectionState`, which decides.
//
// What must always hold:
// - A loop's executor and connections are touched on that loop only.
// - After `drain` begins no request is given to an executor; those given before are answered.
// - The socket's file is removed by the server that made it, and by no other.
//
// Rejected: a Task or a future per request (each costs more than the decoding of its request),
// and NIO's AsyncChannel for the same reason.

public import BudgetService
import Listeners
public import Logging
public import NIOCore
import NIOPosix

/// Serves the budget commands over RESP2 and RESP3.
public actor SocketServer {
    /// Gives a loop its executor; called once for each loop, on it.
    public typealias MakeExecutor = @Sendable (any EventLoop) -> any CommandExecutor

    private enum Phase {
        case idle
        case serving(listener: any Channel, file: SocketFile?)
        case ended
    }

    /// A loop and what it keeps for this server.
    typealias Loop = NIOLoopBound<LoopConnections>

    let configuration: SocketConfiguration
    let group: any EventLoopGroup
    let logger: Logger
    let makeExecutor: MakeExecutor
    let moreInformation: @Sendable () -> [InformationSection]
    private let counters = ConnectionCounters()
    private let startedAt = NIODeadline.now()
    private var phase = Phase.idle
    private var loops: [Loop] = []

    /// Makes a server that does nothing yet.
    ///
    /// - Parameters:
    ///   - moreInformation: sections that INFO shows behind the listener's own.
    ///   - makeExecutor: gives each loop its executor.
    public init(
        configuration: SocketConfiguration, group: any EventLoopGroup, logger: Logger,
        moreInformation: @escaping @Sendable () -> [InformationSection] = { [] },
        makeExecutor: @escaping MakeExecutor
    ) {
        self.configuration = configuration
        self.group = group
        self.logger = logger
        self.moreInformation = moreInformation
        self.makeExecutor = makeExecutor
    }

    /// How many connections and requests there are and were.
    public nonisolated var counts: ConnectionCounts { counters.counts }

    /// Binds, listens and serves.
    ///
    /// - Returns: the address at which clients find it.
    @discardableResult
    public func start() async throws -> SocketAddress {
        guard case .idle = phase else { throw ListenerError.alreadyStarted }
        phase = .ended
        let address: SocketAddress
        switch configuration.place {
        case .unix(let path, let mode, let group):
            address = try await listen(path: path, mode: mode, group: group)
        case .tcp(let host, let port): address = try await listen(host: host, port: port)
        }
        logger.info("socket API listens", metadata: ["place": "\(configuration.place)"])
        return address
    }

    private func listen(
        path: String, mode: UInt32, group: UInt32?
    ) async throws -> SocketAddress {
        let address = try SocketAddress(unixDomainSocketPath: path)
        let file = try SocketFile(
            path: path, mode: mode, group: group, backlog: configuration.bounds.backlog)
        do {
            loops = try await makeLoops()
            let listener = try await bootstrap(loops).withBoundSocket(file.descriptor).get()
            phase = .serving(listener: listener, file: file)
        } catch {
            file.remove()
            throw error
        }
        return address
    }

    private func listen(host: String, port: Int) async throws -> SocketAddress {
        loops = try await makeLoops()
        let listener: any Channel
        do {
            listener = try await bootstrap(loops)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                // Finds out in the end that a worker's machine is gone: idle connections live on.
                .childChannelOption(.socketOption(.so_keepalive), value: 1)
                .bind(host: host, port: port).get()
        } catch let error as IOError {
            throw ListenerError.system(
                call: "bind", path: "\(configuration.place)", code: error.errnoCode)
        }
        phase = .serving(listener: listener, file: nil)
        guard let address = listener.localAddress else { throw ListenerError.notBound(host) }
        return address
    }

    /// Accepts no more connections, takes no more requests, answers what is in flight and closes;
    /// what isn't answered within the bound's time is closed unanswered.
    public func drain() async {
        await stopListening()
        let loops = loops
        let drained = loops.map { loop in
            loop.eventLoop.flatSubmit {
                EventLoopFuture.andAllComplete(loop.value.drain(), on: loop.eventLoop)
            }
        }
        let timeouts = loops.map { loop in
            loop.eventLoop.scheduleTask(in: configuration.bounds.maxDrainTime) {
                loop.value.closeAll()
            }
        }
        for end in drained { try? await end.get() }
        for timeout in timeouts { timeout.cancel() }
        await stop()
    }

    /// Closes everything at once; what is in flight stays unanswered.
    public func stop() async {
        await stopListening()
        for loop in loops {
            try? await loop.eventLoop.submit { loop.value.closeAll() }.get()
        }
        loops = []
    }

    private func stopListening() async {
        guard case .serving(let listener, let file) = phase else {
            phase = .ended
            return
        }
        phase = .ended
        file?.remove()
        try? await listener.close()
    }

    private func makeLoops() async throws -> [Loop] {
        let information = informationSource()
        var loops: [Loop] = []
        for loop in group.makeIterator() {
            let made = loop.submit { [counters, logger, makeExecutor, configuration] in
                let connections = LoopConnections(
                    loop: loop, executor: makeExecutor(loop), counters: counters,
                    address: "\(configuration.place)", logger: logger, information: information)
                connections.watchDeadlines()
                return NIOLoopBound(connections, eventLoop: loop)
            }
            loops.append(try await made.get())
        }
        return loops
    }

    private func informationSource() -> @Sendable () -> [InformationSection] {
        let identity = configuration.identity
        let limit = configuration.bounds.maxConnections
        return { [counters, startedAt, moreInformation] in
            standardInformation(
                identity, counters.counts, maxConnections: limit,
                uptime: NIODeadline.now() - startedAt) + moreInformation()
        }
    }

    private func bootstrap(_ loops: [Loop]) -> ServerBootstrap {
        let acceptor = ConnectionAcceptor(
            configuration: configuration, counters: counters, loops: loops)
        let bounds = configuration.bounds
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: bounds.backlog)
            // TLS has an end of its own, and none of it in one direction.
            .childChannelOption(.allowRemoteHalfClosure, value: configuration.tls == nil)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: bounds.maxUnwrittenBytes / 4, high: bounds.maxUnwrittenBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try acceptor.accept(channel) }
            }
    }
}
