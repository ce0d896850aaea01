/// Where clients find a listener.
public enum ListenerPlace: Equatable, Sendable, CustomStringConvertible {
    /// A unix socket: its path, whose directory has to exist, and the file's permissions and
    /// group, nil for the process's own. Whoever may write to the file may connect, and the
    /// kernel tells who that is.
    case unix(path: String, mode: UInt32, group: UInt32?)
    /// A name or an address of this machine, and a port; 0 takes a free one. Nobody is known
    /// there without credentials or a certificate.
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
