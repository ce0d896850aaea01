// A blocking RESP client of a few lines, over a unix socket or loopback TCP: what a test uses to
// look at a server from outside.

import Glibc
public import NIOCore
public import RESP

/// One blocking connection over a unix socket, with a time-out of ten seconds.
public final class BlockingConnection {
    private let descriptor: Int32
    private var decoder = RESPValueDecoder()

    /// Connects.
    public init(unixPath: String) throws {
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard socket >= 0 else { throw TestRedis.Failure(description: "socket") }
        descriptor = socket
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = UnixAddress.with(unixPath) { connect(socket, $0, $1) }
        guard status == 0 else {
            throw TestRedis.Failure(description: "connect \(unixPath): errno \(errno)")
        }
    }

    /// Connects to a port of 127.0.0.1.
    public init(port: UInt16) throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard socket >= 0 else { throw TestRedis.Failure(description: "socket") }
        descriptor = socket
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = LoopbackPort.address(port)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            throw TestRedis.Failure(description: "connect \(port): errno \(errno)")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends a command and waits for its reply; errors come as values.
    public func command(_ arguments: [String]) throws -> RESPValue {
        var writer = CommandWriter()
        writer.command(arguments)
        try write(writer.buffer)
        return try read()
    }

    /// Sends bytes as they are.
    public func write(_ bytes: ByteBuffer) throws {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            let count = bytes.withUnsafeReadableBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(truncatingIfNeeded: MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TestRedis.Failure(description: "send: errno \(errno)") }
            bytes.moveReaderIndex(forwardBy: count)
        }
    }

    /// Waits for the next value.
    public func read() throws -> RESPValue {
        while true {
            if let value = try decoder.next() { return value }
            var chunk = [UInt8](repeating: 0, count: 65536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { throw TestRedis.Failure(description: "end of file") }
            var bytes = ByteBuffer(bytes: chunk[..<count])
            decoder.feed(&bytes)
        }
    }
}
