// A client that has said one thing and then waits, as most of a fleet's do most of the time.

import Glibc

final class IdleConnection {
    private let socket: UnixSocket

    /// Connects, and is answered once.
    init(path: String) throws {
        socket = try UnixSocket(path: path)
        let ping = "PING\r\n"
        try ping.utf8.withContiguousStorageIfAvailable {
            try socket.send(UnsafeRawBufferPointer($0))
        }
        var answer = [UInt8](repeating: 0, count: 256)
        let count = recv(socket.descriptor, &answer, answer.count, 0)
        let text = String(decoding: answer.prefix(max(0, count)), as: UTF8.self)
        guard text == "+PONG\r\n" else { throw BenchError("PING was answered '\(text)'") }
    }
}
