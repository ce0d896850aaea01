// What a listener has to know.

/// Where and for whom a `SocketServer` serves.
public struct SocketConfiguration: Sendable {
    /// The unix socket's path; its directory has to exist.
    public var path: String
    /// The file's permissions. Whoever may write to it may connect.
    public var mode: UInt32
    /// Which role a peer has.
    public var roles: PeerRoles
    /// Checks AUTH; nil where no credentials are configured.
    public var authenticate: Authenticate?
    /// What HELLO and INFO tell about the software.
    public var identity: ServerIdentity
    /// The bounds of connections.
    public var bounds: SocketBounds

    /// Makes a configuration.
    public init(
        path: String, mode: UInt32 = 0o660, roles: PeerRoles = PeerRoles(),
        authenticate: Authenticate? = nil, identity: ServerIdentity = ServerIdentity(),
        bounds: SocketBounds = SocketBounds()
    ) {
        self.path = path
        self.mode = mode
        self.roles = roles
        self.authenticate = authenticate
        self.identity = identity
        self.bounds = bounds
    }

    var settings: ConnectionSettings {
        ConnectionSettings(bounds: bounds, authenticate: authenticate, identity: identity)
    }
}
