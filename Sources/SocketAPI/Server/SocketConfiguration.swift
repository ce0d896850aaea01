// What a listener has to know.

public import Listeners

/// Where and for whom a `SocketServer` serves.
public struct SocketConfiguration: Sendable {
    /// Where it listens.
    public var place: ListenerPlace
    /// Which role a unix socket's peer has.
    public var roles: PeerRoles
    /// Checks AUTH; nil where no credentials are configured.
    public var authenticator: (any Authenticator)?
    /// What encrypts a TCP listener; nil for plain text.
    public var tls: ListenerTLS?
    /// What HELLO and INFO tell about the software.
    public var identity: ServerIdentity
    /// The bounds of connections.
    public var bounds: SocketBounds

    /// Makes the configuration of a unix socket.
    public init(
        path: String, mode: UInt32 = 0o660, group: UInt32? = nil, roles: PeerRoles = PeerRoles(),
        identity: ServerIdentity = ServerIdentity(), bounds: SocketBounds = SocketBounds()
    ) {
        place = .unix(path: path, mode: mode, group: group)
        self.roles = roles
        self.identity = identity
        self.bounds = bounds
    }

    /// Makes the configuration of a TCP listener, where nobody has a role but by credentials or a
    /// certificate.
    public init(
        host: String, port: Int, authenticator: (any Authenticator)?, tls: ListenerTLS? = nil,
        identity: ServerIdentity = ServerIdentity(), bounds: SocketBounds = SocketBounds()
    ) {
        place = .tcp(host: host, port: port)
        roles = PeerRoles(adminUserIDs: [], otherRole: nil)
        self.authenticator = authenticator
        self.tls = tls
        self.identity = identity
        self.bounds = bounds
    }

    var settings: ConnectionSettings {
        ConnectionSettings(bounds: bounds, authenticator: authenticator, identity: identity)
    }
}
