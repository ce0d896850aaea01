// A real server on a socket of the test's own.

import BudgetService
import Listeners
import Logging
import NIOCore
import NIOPosix

@testable import SocketAPI

/// Starts a server, lends its path, stops it.
func withServer<T: Sendable>(
    bounds: SocketBounds = SocketBounds(), roles: PeerRoles = PeerRoles(),
    _ body: (SocketServer, String) async throws -> T
) async throws -> T {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/s"
    let server = SocketServer(
        configuration: SocketConfiguration(path: path, roles: roles, bounds: bounds),
        group: .singletonMultiThreadedEventLoopGroup, logger: Logger(label: "test"),
        makeExecutor: { TestExecutor(loop: $0) })
    try await server.start()
    do {
        let result = try await body(server, path)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}
