// The HTTP API's listeners: they open as soon as there is a house, so that readiness can be asked
// while Redis is not there yet, and before the sockets of the other API, since whoever finds the
// last one finds all.

import BudgetService
import Glibc
import HTTPAPI
import Logging
import NIOCore
import ServiceLifecycle
import SocketAPI

extension Daemon {
    /// The listeners that are wanted.
    func httpServices(
        _ house: House, _ vitals: Vitals, _ tally: HTTPTally, _ tokens: TokenAuthenticator?,
        on group: any EventLoopGroup
    ) -> [HTTPService] {
        guard let http = configuration.http else { return [] }
        var bounds = HTTPBounds()
        bounds.maxConnections = http.maxConnections ?? bounds.maxConnections
        var configurations: [HTTPConfiguration] = []
        if let tcp = http.tcp {
            configurations.append(
                HTTPConfiguration(
                    .tcp(host: tcp.host, port: tcp.port), authenticator: tokens, tls: tcp.tls,
                    bounds: bounds))
        }
        if let path = http.socketPath {
            configurations.append(
                HTTPConfiguration(
                    .unix(
                        path: path, mode: configuration.socketMode,
                        group: configuration.socketGroup), roles: configuration.roles,
                    authenticator: tokens, bounds: bounds))
        }
        return configurations.map { configuration in
            HTTPService(
                server: HTTPServer(
                    configuration: configuration, group: group, logger: logger, vitals: vitals,
                    tally: tally,
                    makeExecutor: { house.floor(of: $0).executor(for: .http) }))
        }
    }
}

/// One listener of the HTTP API.
struct HTTPService: Service {
    let server: HTTPServer
    private let opening = AsyncStream.makeStream(of: Void.self)

    init(server: HTTPServer) {
        self.server = server
    }

    func run() async throws {
        let continuation = opening.continuation
        defer { continuation.finish() }
        do {
            try await server.run { _ in continuation.yield() }
        } catch {
            let why = (error as? IOError).map { String(cString: strerror($0.errnoCode)) }
            throw DaemonError(
                "the HTTP API can't be served on \(server.place): \(why ?? "\(error)")")
        }
    }

    /// Waits until it listens.
    ///
    /// - Returns: false where it has ended without.
    func isOpen() async -> Bool {
        for await _ in opening.stream { return true }
        return false
    }
}
