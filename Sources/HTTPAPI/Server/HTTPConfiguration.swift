// What a listener has to know.

public import Listeners

/// Where and for whom an `HTTPServer` serves.
public struct HTTPConfiguration: Sendable {
    /// Where clients find a listener.
    public enum Place: Equatable, Sendable, CustomStringConvertible {
        /// A unix socket: its path, the file's permissions, and its group where it is not the
        /// process's own. The kernel tells who connects.
        case unix(path: String, mode: UInt32, group: UInt32?)
        /// A name or an address of this machine, and a port; 0 takes a free one.
        case tcp(host: String, port: Int)

        /// As logs show it.
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
    /// Checks bearer tokens; nil where there are none.
    public var authenticator: (any Authenticator)?
    /// What encrypts it; nil for plain text.
    public var tls: ListenerTLS?
    /// The bounds of connections.
    public var bounds: HTTPBounds

    /// Makes a configuration. On TCP nobody has a role but by a token or a certificate.
    public init(
        _ place: Place, roles: PeerRoles = PeerRoles(), authenticator: (any Authenticator)? = nil,
        tls: ListenerTLS? = nil, bounds: HTTPBounds = HTTPBounds()
    ) {
        self.place = place
        self.roles = roles
        self.authenticator = authenticator
        self.tls = tls
        self.bounds = bounds
    }
}
