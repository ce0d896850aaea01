// The daemon: everything is read, checked and built here, in the order in which it depends on
// one another, and ended in the opposite one.

import BudgetModel
import BudgetService
import BudgetStore
import Foundation
import HTTPAPI
public import Logging
import NIOCore
import NIOPosix
import RedisClient
import ServiceLifecycle
import SocketAPI

/// One budgetd.
public struct Daemon: Sendable {
    /// Which one.
    public static let version = Version.text

    let configuration: DaemonConfiguration
    let logger: Logger

    public init(_ configuration: DaemonConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Parameter ready: told once when requests are served.
    /// - Throws: `DaemonError` and others that say what is wrong and what to do.
    public func run(ready: @escaping @Sendable () -> Void = {}) async throws {
        let life = ServiceGroupConfiguration.ServiceConfiguration(
            service: Life(daemon: self, ready: ready),
            successTerminationBehavior: .gracefullyShutdownGroup)
        try await ServiceGroup(
            configuration: .init(
                services: [life], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: groupLogger)
        ).run()
    }

    /// Starts what there is, in order, serves, and ends it. Signals are listened to already, so
    /// that this may end before it serves.
    fileprivate func live(ready: @escaping @Sendable () -> Void) async throws {
        guard !EarlySignals.came else { return }
        raiseFileLimit()
        try checkSocketPath()
        let policy = try readPolicy()
        let tokens = try readTokens(configuration.listen?.tokensPath)
        let httpTokens =
            configuration.http?.tokensPath == configuration.listen?.tokensPath
            ? tokens : try readTokens(configuration.http?.tokensPath)
        let keeper = PolicyKeeper(
            path: configuration.policyPath, policy: policy, socketPath: configuration.socketPath,
            logger: logger)
        try makeDirectories()
        let witness = try Witness.load(path: configuration.witnessPath)
        var services: [any Service] = []
        guard let redis = try await redis(&services) else { return }
        let watch = StoreWatch(address: "\(redis.link.endpoint)")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threads)
        let watchersGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let house = try await House.build(
                configuration, redis, policy, witness, keeper, watch, on: group,
                watchersLoop: watchersGroup.next(), logger: logger)
            keeper.serve(house)
            services += self.services(
                of: house, keeper, witness, watch, (tokens, httpTokens), on: group, ready: ready)
            // The end reaches it from the group around `Life`.
            try await ServiceGroup(
                configuration: .init(
                    services: services.map { .init(service: $0) }, logger: groupLogger)
            ).run()
        } catch {
            try? await group.shutdownGracefully()
            try? await watchersGroup.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
        try await watchersGroup.shutdownGracefully()
    }

    /// What runs as long as the daemon, in the order in which one needs the other.
    private func services(
        of house: House, _ keeper: PolicyKeeper, _ witness: Witness, _ watch: StoreWatch,
        _ tokens: (socket: TokenAuthenticator?, http: TokenAuthenticator?),
        on group: any EventLoopGroup, ready: @escaping @Sendable () -> Void
    ) -> [any Service] {
        let troubles = UpkeepTroubles()
        let servers = listeners(tokens.socket).map { listener in
            SocketServer(
                configuration: listener, group: group, logger: logger,
                moreInformation: {
                    let now = Int64(Date().timeIntervalSince1970 * 1000)
                    return [
                        keeper.information, watch.information(keep: keeper.keep),
                        troubles.information(at: now),
                    ]
                },
                makeExecutor: { loop in house.floor(of: loop).executor(for: .socket) })
        }
        let own = tokens.http === tokens.socket ? nil : tokens.http
        let files = [tokens.socket, own].compactMap { $0 }
        let readiness = Readiness(house: house, keeper: keeper, watch: watch)
        let tally = HTTPTally()
        let numbers = Numbers(
            house: house, keeper: keeper, watch: watch, servers: servers, tokens: files,
            tally: tally, troubles: troubles)
        let vitals = Vitals(
            faults: { await readiness.faults() },
            metrics: { await numbers.text(isReady: await readiness.faults().isEmpty) })
        let http = httpServices(house, vitals, tally, tokens.http, on: group)
        var services: [any Service] = files.map { TokenService(tokens: $0) }
        services += [
            ReloadService {
                for tokens in files { tokens.refresh() }
                _ = await keeper.reload(actor: "SIGHUP")
            },
            PolicyService(keeper: keeper, house: house, logger: logger),
            WitnessService(witness: witness, logger: logger),
            house,
            RedisWatchService(house: house, watch: watch),
        ]
        // Not by the same loop, where there are two.
        if let first = house.stores.first, let last = house.stores.last {
            services += [
                SweepService(
                    upkeep: Upkeep(store: first, troubles: troubles, logger: logger)),
                JournalService(
                    upkeep: Upkeep(store: last, troubles: troubles, logger: logger)),
            ]
        }
        services += http
        let supervisor = Supervisor(ProcessInfo.processInfo.environment)
        services.append(
            Listening(house: house, http: http, servers: servers) {
                supervisor?.tell("READY=1")
                ready()
            })
        if let supervisor {
            services.append(
                SupervisionService(
                    supervisor: supervisor, house: house,
                    ownsRedis: configuration.redis == nil, logger: logger))
        }
        return services
    }

    /// A group's lines describe our services by their whole contents; ours say what happens.
    private var groupLogger: Logger {
        var groupLogger = logger
        groupLogger.logLevel = max(logger.logLevel, .warning)
        return groupLogger
    }

    /// As many connections as the system lets us have; the listener's own bound is 10,000.
    private func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 {
            logger.warning("the limit of open files can't be raised")
        }
    }

    /// Looked at before anything is started: the system takes 107 bytes of a unix socket's path.
    private func checkSocketPath() throws {
        let length = configuration.socketPath.utf8.count
        guard (1...DaemonConfiguration.maxSocketPathBytes).contains(length) else {
            throw DaemonError(
                "the socket path \(configuration.socketPath) has \(length) bytes; expected 1 to "
                    + "107, as unix sockets have")
        }
    }

    private func readPolicy() throws -> Policy {
        switch PolicyReader.read(path: configuration.policyPath) {
        case .success(let policy): return policy
        case .failure(let faults): throw DaemonError(faults.text)
        }
    }

    private func readTokens(_ path: String?) throws -> TokenAuthenticator? {
        try path.map { try TokenAuthenticator(path: $0, logger: logger) }
    }

    /// TCP where it is wanted, then the unix socket: whoever finds that one finds all.
    private func listeners(_ tokens: TokenAuthenticator?) -> [SocketConfiguration] {
        var listeners: [SocketConfiguration] = []
        if let listen = configuration.listen {
            var bounds = SocketBounds()
            bounds.maxConnections = listen.maxConnections ?? bounds.maxConnections
            listeners.append(
                SocketConfiguration(
                    host: listen.host, port: listen.port, authenticator: tokens, tls: listen.tls,
                    bounds: bounds))
        }
        listeners.append(
            SocketConfiguration(
                path: configuration.socketPath, mode: configuration.socketMode,
                group: configuration.socketGroup, roles: configuration.roles))
        return listeners
    }

    private func makeDirectories() throws {
        let socketDirectory = FilePath.directory(of: configuration.socketPath)
        for (directory, option) in [
            (configuration.stateDirectory, "--state"), (socketDirectory, "--socket"),
        ] where !directory.isEmpty && !FileManager.default.fileExists(atPath: directory) {
            do {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o755])
            } catch {
                let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
                let reason = cause.map {
                    ": " + String(cString: strerror(Int32(($0 as NSError).code)))
                }
                throw DaemonError(
                    "the directory \(directory) can't be made\(reason ?? ""); make it yourself and "
                        + "give budgetd the right to write to it, or name another one with "
                        + option)
            }
        }
    }

    /// The Redis to use, started where it is one of our own.
    ///
    /// - Returns: nil where the daemon was told to end meanwhile; nothing of ours runs then.
    private func redis(_ services: inout [any Service]) async throws -> RedisConfiguration? {
        if let given = configuration.redis { return given }
        let embedded = EmbeddedRedis(
            configuration: .init(
                directory: configuration.redisDirectory, durability: configuration.durability),
            logger: logger)
        do {
            let path = try await withGracefulShutdownHandler {
                try await embedded.start()
            } onGracefulShutdown: {
                Task { await embedded.stop() }
            }
            guard !Task.isShuttingDownGracefully else {
                await embedded.stop()
                return nil
            }
            services.append(EmbeddedRedisService(redis: embedded))
            return RedisConfiguration(.init(endpoint: .unix(path: path)))
        } catch let error as EmbeddedRedisError
            where error.code == .stopped && Task.isShuttingDownGracefully
        {
            return nil
        }
    }
}

/// The daemon from its first step to its last, as one service: what ends it reaches it at every
/// moment between.
private struct Life: Service {
    let daemon: Daemon
    let ready: @Sendable () -> Void

    func run() async throws { try await daemon.live(ready: ready) }
}

/// Opens the sockets, and tells once Redis has passed its check. Until then, as whenever Redis is
/// away, what needs it is UNAVAILABLE; the rest is answered.
private struct Listening: Service {
    let house: House
    let http: [HTTPService]
    let servers: [SocketServer]
    let ready: @Sendable () -> Void

    func run() async throws {
        guard !Task.isShuttingDownGracefully else { return }
        for service in http {
            guard await service.isOpen() else { return }
        }
        for server in servers { try await server.start() }
        async let announced: Void = announce()
        try await SocketService(servers: servers).run()
        await announced
    }

    private func announce() async {
        if await house.whenReady() { ready() }
    }
}
