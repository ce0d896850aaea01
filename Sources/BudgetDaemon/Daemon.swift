// The daemon: everything is read, checked and built here, in the order in which it depends on
// one another, and ended in the opposite one.

import BudgetModel
import BudgetService
import BudgetStore
import Foundation
public import Logging
import NIOCore
import NIOPosix
import RedisClient
import ServiceLifecycle
import SocketAPI

/// One budgetd.
public struct Daemon: Sendable {
    private let configuration: DaemonConfiguration
    private let logger: Logger

    public init(_ configuration: DaemonConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Parameter ready: told once when requests are served.
    /// - Throws: `DaemonError` and others that say what is wrong and what to do.
    public func run(ready: @escaping @Sendable () -> Void = {}) async throws {
        raiseFileLimit()
        try checkSocketPath()
        let policy = try readPolicy()
        try makeDirectories()
        let witness = try Witness.load(path: configuration.witnessPath)
        var services: [any Service] = []
        let endpoint = try await redis(&services)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threads)
        do {
            let house = try await House.build(
                configuration, endpoint, policy, witness, on: group, logger: logger)
            let server = SocketServer(
                configuration: SocketConfiguration(
                    path: configuration.socketPath, roles: configuration.roles),
                group: group, logger: logger
            ) { loop in house.floor(of: loop).service }
            services.append(WitnessService(witness: witness, logger: logger))
            services.append(house)
            services.append(SweepService(house: house, logger: logger))
            services.append(Listening(house: house, server: server, ready: ready))
            // Its lines describe our services by their whole contents; ours say what happens.
            var groupLogger = logger
            groupLogger.logLevel = max(logger.logLevel, .warning)
            try await ServiceGroup(
                configuration: .init(
                    services: services.map { .init(service: $0) },
                    gracefulShutdownSignals: [.sigterm, .sigint], logger: groupLogger)
            ).run()
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
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
        guard (1...107).contains(length) else {
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

    private func makeDirectories() throws {
        let socketDirectory = (configuration.socketPath as NSString).deletingLastPathComponent
        for directory in [configuration.stateDirectory, socketDirectory]
        where !directory.isEmpty && !FileManager.default.fileExists(atPath: directory) {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
        }
    }

    private func redis(_ services: inout [any Service]) async throws -> RedisEndpoint {
        if let given = configuration.redis { return given }
        let embedded = EmbeddedRedis(
            configuration: .init(
                directory: configuration.redisDirectory, durability: configuration.durability),
            logger: logger)
        let path = try await embedded.start()
        services.append(EmbeddedRedisService(redis: embedded))
        return .unix(path: path)
    }
}

/// Opens the socket once Redis has passed its check: until then nobody is answered.
private struct Listening: Service {
    let house: House
    let server: SocketServer
    let ready: @Sendable () -> Void

    func run() async throws {
        guard await house.whenReady(), !Task.isShuttingDownGracefully else { return }
        try await server.start()
        ready()
        try await SocketService(server: server).run()
    }
}
