// Where a Redis listens.

/// The address of one Redis.
public enum RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// A unix socket's path.
    case unix(path: String)
    /// A host's name or address, and a port.
    case tcp(host: String, port: Int)

    /// The address as logs show it.
    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): "\(host):\(port)"
        }
    }
}
