// The listener of the HTTP API: Hummingbird's server on the loops of the house.
//
// A connection stays on one loop, and its commands are given to that loop's executor, exactly as
// the socket API gives its own. `Responder` has a request's way.
//
// What must always hold:
// - an executor is touched on its loop only;
// - nothing but health is answered to whoever has not said who they are;
// - the socket's file is taken over from a dead server only, and removed at the end.
//
// Rejected: Hummingbird's router and middleware. The paths are a table next to the command table,
// and OpenAPI, routing and roles are read off the same row.

public import BudgetService
import HummingbirdCore
public import Listeners
public import Logging
import NIOConcurrencyHelpers
public import NIOCore
import ServiceLifecycle

/// Serves the commands over HTTP.
public struct HTTPServer: Sendable {
    /// Gives a loop its executor; called once for each loop, on it.
    public typealias MakeExecutor = @Sendable (any EventLoop) -> any CommandExecutor

    private let configuration: HTTPConfiguration
    private let group: any EventLoopGroup
    private let logger: Logger
    private let vitals: Vitals
    private let tally: HTTPTally
    private let makeExecutor: MakeExecutor

    /// Makes a server that does nothing yet.
    public init(
        configuration: HTTPConfiguration, group: any EventLoopGroup, logger: Logger,
        vitals: Vitals, tally: HTTPTally, makeExecutor: @escaping MakeExecutor
    ) {
        self.configuration = configuration
        self.group = group
        self.logger = logger
        self.vitals = vitals
        self.tally = tally
        self.makeExecutor = makeExecutor
    }

    /// Where clients find it.
    public var place: ListenerPlace { configuration.place }

    /// Serves until the graceful shutdown, then answers what is in flight.
    ///
    /// - Parameter listens: told once clients are served, and the address at which they are.
    public func run(listens: @escaping @Sendable (SocketAddress?) -> Void = { _ in }) async throws {
        if case .unix(let path, _, _) = configuration.place { try SocketFile.makeWay(path) }
        let file = NIOLockedValueBox<SocketFile?>(nil)
        let server = try await server(file, listens)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask {
                try? await gracefulShutdown()
                // Cancelled where the server is done sooner.
                try? await Task.sleep(
                    for: .nanoseconds(configuration.bounds.maxDrainTime.nanoseconds))
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        file.withLockedValue { $0 }?.remove()
    }

    private func server(
        _ file: NIOLockedValueBox<SocketFile?>,
        _ listens: @escaping @Sendable (SocketAddress?) -> Void
    ) async throws -> any Service {
        var executors: [ObjectIdentifier: NIOLoopBound<any CommandExecutor>] = [:]
        for loop in group.makeIterator() {
            executors[ObjectIdentifier(loop)] = try await loop.submit { [makeExecutor] in
                NIOLoopBound(makeExecutor(loop), eventLoop: loop)
            }.get()
        }
        let responder = Responder(
            executors: executors, vitals: vitals, bounds: configuration.bounds,
            streams: StreamCount(most: configuration.bounds.maxStreams, tally), tally: tally,
            logger: logger)
        return IdentifiedChannel(configuration, tally) { request, writer, channel in
            try await responder.respond(request, writer, channel)
        }.server(
            configuration: serverConfiguration,
            onServerRunning: { [configuration, logger] channel in
                if case .unix(let path, let mode, let group) = configuration.place {
                    do throws(ListenerError) {
                        let bound = try SocketFile(bound: path, mode: mode, group: group)
                        file.withLockedValue { $0 = bound }
                    } catch {
                        logger.error("HTTP socket", metadata: ["error": "\(error)"])
                    }
                }
                logger.info("HTTP API listens", metadata: ["place": "\(configuration.place)"])
                listens(channel.localAddress)
            }, eventLoopGroup: group, logger: quietLogger)
    }

    private var serverConfiguration: ServerConfiguration {
        let address: BindAddress =
            switch configuration.place {
            case .unix(let path, _, _): .unixDomainSocket(path: path)
            case .tcp(let host, let port): .hostname(host, port: port)
            }
        return ServerConfiguration(
            address: address, serverName: nil, backlog: configuration.bounds.backlog,
            reuseAddress: true,
            availableConnectionsDelegate: .maximum(
                configuration.bounds.maxConnections, logger: quietLogger))
    }

    /// Hummingbird tells of each start what is told here.
    private var quietLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }
}
