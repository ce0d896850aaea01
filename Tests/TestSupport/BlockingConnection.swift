// A blocking RESP client of a few lines, over a unix socket or loopback TCP: what a test uses to
// look at a server from outside.

public import NIOCore
public import RESP

/// One blocking connection, with a time-out of ten seconds.
public final class BlockingConnection {
    private let socket: BlockingSocket
    private var decoder = RESPValueDecoder()

    /// Connects.
    public init(unixPath: String) throws {
        socket = try BlockingSocket(unixPath: unixPath)
    }

    /// Connects to a port of 127.0.0.1.
    public init(port: UInt16) throws {
        socket = try BlockingSocket(port: port)
    }

    /// Sends a command and waits for its reply; errors come as values.
    public func command(_ arguments: [String]) throws -> RESPValue {
        var writer = CommandWriter()
        writer.command(arguments)
        try write(writer.buffer)
        return try read()
    }

    /// Sends bytes as they are.
    public func write(_ bytes: ByteBuffer) throws { try socket.write(bytes) }

    /// Waits for the next value.
    public func read() throws -> RESPValue {
        while true {
            if let value = try decoder.next() { return value }
            var bytes = try socket.read()
            guard bytes.readableBytes > 0 else {
                throw TestRedis.Failure(description: "end of file")
            }
            decoder.feed(&bytes)
        }
    }
}
