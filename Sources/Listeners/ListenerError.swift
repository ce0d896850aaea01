// Why a listener can't start. Each says what to do about it, since people read it at a start.

import Glibc

/// Why a listener could not start.
public enum ListenerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A unix socket's path has to fit into the kernel's structure.
    case pathTooLong(path: String, bytes: Int, most: Int)
    /// The directory of the path isn't there.
    case noDirectory(String)
    /// There is something at the path that is no socket.
    case notASocket(String)
    /// A server answers at the path.
    case inUse(String)
    /// A call to the kernel failed.
    case system(call: String, path: String, code: Int32)
    /// The system tells no address of a listener there.
    case notBound(String)
    /// It was started before.
    case alreadyStarted

    /// One sentence.
    public var description: String {
        switch self {
        case .pathTooLong(let path, let bytes, let most):
            "the socket's path has \(bytes) bytes, at most \(most) are possible: \(path)"
        case .noDirectory(let path): "the directory of the socket does not exist: \(path)"
        case .notASocket(let path): "there is something else than a socket at \(path)"
        case .inUse(let path): "another server answers at \(path)"
        case .system(let call, let path, let code):
            "\(call) failed, \(String(cString: strerror(code))): \(path)"
        case .notBound(let host): "the system has no address for the listener on \(host)"
        case .alreadyStarted: "a listener starts once"
        }
    }
}
