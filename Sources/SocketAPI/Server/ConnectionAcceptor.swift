// A new connection: admitted within the bound, identified by its socket, given its handler.

import BudgetModel
import BudgetService
import Listeners
import NIOCore
import NIOSSL

/// Sets connections up, each on its loop.
struct ConnectionAcceptor: Sendable {
    private let bounds: SocketBounds
    private let settings: ConnectionSettings
    private let roles: PeerRoles
    /// Whether a client may say who it is after it has connected.
    private let takesStrangers: Bool
    private let tls: ListenerTLS?
    private let counters: ConnectionCounters
    private let loops: [ObjectIdentifier: SocketServer.Loop]

    init(
        configuration: SocketConfiguration, counters: ConnectionCounters,
        loops: [SocketServer.Loop]
    ) {
        bounds = configuration.bounds
        settings = configuration.settings
        roles = configuration.roles
        takesStrangers = configuration.authenticator != nil || configuration.tls != nil
        tls = configuration.tls
        self.counters = counters
        self.loops = Dictionary(
            uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.eventLoop), $0) })
    }

    /// On the channel's loop.
    func accept(_ channel: any Channel) throws {
        let operations = channel.pipeline.syncOperations
        guard let loop = loops[ObjectIdentifier(channel.eventLoop)] else {
            preconditionFailure("a connection on a loop of another group")
        }
        guard counters.admit(atMost: bounds.maxConnections) else {
            let error = BudgetError(
                .overloaded, "there are \(bounds.maxConnections) connections, the most there may be"
            )
            return try operations.addHandler(RefusalHandler(error))
        }
        let caller = try peer(of: operations).flatMap { roles.caller($0) }
        guard caller != nil || takesStrangers else {
            counters.refuse()
            let error = BudgetError(.noPermission, "this user has no role on this socket")
            return try operations.addHandler(RefusalHandler(error))
        }
        if let tls { try operations.addHandler(NIOSSLServerHandler(context: tls.context)) }
        try operations.addHandler(
            ConnectionHandler(
                state: ConnectionState(
                    id: Self.newID(), settings: settings, peer: caller,
                    address: channel.remoteAddress?.ipAddress ?? ""),
                connections: loop.value, tls: tls, now: channel.eventLoop.now))
    }

    /// A connection's name. No number in turn: it would tell clients how many others come.
    private static func newID() -> Int { Int.random(in: 1..<1 << 53) }

    private func peer(
        of operations: ChannelPipeline.SynchronousOperations
    ) throws -> PeerCredentials? {
        try operations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            PeerCredentials(descriptor: $0)
        }.flatMap { $0 }
    }
}
