// What a listener has to know.

public import Listeners

/// Where and for whom a `SocketServer` serves.
public struct SocketConfiguration: Sendable {
    /// Where clients find a listener.
    public enum Place: Equatable, Sendable, CustomStringConvertible {
        /// A unix socket: its path, whose directory has to exist, and the file's permissions and
        /// group, nil for the process's own. Whoever may write to the file may connect, and the
        /// kernel tells who that is.
        case unix(path: String, mode: UInt32, group: UInt32?)
        /// A name or an address of this machine, and a port; 0 takes a free one. Nobody is known
        /// there before AUTH.
        case tcp(host: String, port: Int)

        /// As logs and CLIENT INFO show it.
        public var description: String {
            switch self {
            case .unix(let path, _, _): path
            case .tcp(let host, let port):
                host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            }
        }
    }

    /// Where it listens.
    public var place: Place
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
