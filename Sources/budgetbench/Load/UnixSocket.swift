// A connected unix socket. Blocking for what is written; readers choose by a flag.

import Glibc

/// A descriptor that is closed with its owner.
final class UnixSocket {
    /// A server that takes longer than this for anything is taken for broken.
    static let patience = 10

    let descriptor: Int32

    /// Takes one that is connected.
    init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError("socket: errno \(errno)") }
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw BenchError("the path of a socket is too long: \(path)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            throw BenchError("nobody listens at \(path): \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(descriptor)
    }

    /// The process that listens at the other end.
    var peer: pid_t {
        get throws {
            // pid, uid and gid, as the kernel lays them out.
            var peer: (pid: pid_t, uid: UInt32, gid: UInt32) = (0, 0, 0)
            var size = socklen_t(MemoryLayout.size(ofValue: peer))
            let status = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size)
            guard status == 0 else { throw BenchError("SO_PEERCRED: errno \(errno)") }
            return peer.pid
        }
    }

    /// Sends all bytes.
    func send(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.send(
                descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { throw BenchError("send: errno \(errno)") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
