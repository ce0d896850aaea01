// Commands one at a time, for what is asked beside the load.

import Glibc
import NIOCore
import RESP

/// A connection that waits for each reply.
final class BlockingClient {
    private let socket: UnixSocket
    private var decoder = RESPValueDecoder()
    private var chunk = [UInt8](repeating: 0, count: 65536)

    init(path: String) throws {
        socket = try UnixSocket(path: path)
    }

    /// Sends a command and waits for its reply.
    ///
    /// - Throws: also where the reply is an error.
    @discardableResult
    func command(_ arguments: String...) throws -> RESPValue {
        try command(arguments)
    }

    /// The same.
    func command(_ arguments: [String]) throws -> RESPValue {
        var writer = CommandWriter()
        writer.command(arguments)
        try writer.buffer.withUnsafeReadableBytes { try socket.send($0) }
        let reply = try read()
        if let line = reply.errorLine { throw BenchError("\(arguments[0]) was answered \(line)") }
        return reply
    }

    private func read() throws -> RESPValue {
        while true {
            if let value = try decoder.next() { return value }
            let count = recv(socket.descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { throw BenchError("the server has ended the connection") }
            var bytes = ByteBuffer(bytes: chunk[..<count])
            decoder.feed(&bytes)
        }
    }
}
