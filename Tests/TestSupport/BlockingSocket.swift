// A blocking connection of bytes, over a unix socket or loopback TCP: what the tests' own clients
// are made on.

import Glibc
import NIOCore

/// One connection, with a time-out of ten seconds for each read.
final class BlockingSocket {
    private let descriptor: Int32

    /// Connects to a unix socket.
    convenience init(unixPath: String) throws {
        try self.init(family: AF_UNIX)
        let status = UnixAddress.with(unixPath) { connect(descriptor, $0, $1) }
        guard status == 0 else {
            throw TestRedis.Failure(description: "connect \(unixPath): errno \(errno)")
        }
    }

    /// Connects to a port of 127.0.0.1.
    convenience init(port: UInt16) throws {
        try self.init(family: AF_INET)
        var address = LoopbackPort.address(port)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            throw TestRedis.Failure(description: "connect \(port): errno \(errno)")
        }
    }

    private init(family: Int32) throws {
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw TestRedis.Failure(description: "socket") }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    /// Sends all of it.
    func write(_ bytes: ByteBuffer) throws {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            let count = bytes.withUnsafeReadableBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TestRedis.Failure(description: "send: errno \(errno)") }
            bytes.moveReaderIndex(forwardBy: count)
        }
    }

    /// What has come, at least a byte; nothing at the end.
    func read() throws -> ByteBuffer {
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw TestRedis.Failure(description: "recv: errno \(errno)") }
        return ByteBuffer(bytes: chunk[..<count])
    }
}
