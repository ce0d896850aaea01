// One of the generator's connections: what it sent, when, and what has come back.

import Glibc

final class LoadConnection {
    /// The largest reply, a batch's answers, is a fiftieth of it.
    private static let room = 64 * 1024

    let socket: UnixSocket
    /// Replies that are still to come.
    private(set) var outstanding = 0
    /// When the burst under way was sent, in nanoseconds.
    private(set) var sentAt: UInt64 = 0
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
    private var filled = 0

    init(path: String) throws {
        socket = try UnixSocket(path: path)
    }

    deinit {
        buffer.deallocate()
    }

    func send(_ range: Range<Int>, of commands: PreparedCommands, now: UInt64) throws {
        let result = commands.withBytes(of: range) { bytes in
            Result { try send(bytes, replies: range.count, now: now) }
        }
        try result.get()
    }

    /// Sends a burst, to which so many replies will come.
    func send(_ bytes: UnsafeRawBufferPointer, replies: Int, now: UInt64) throws {
        outstanding = replies
        sentAt = now
        try socket.send(bytes)
    }

    /// Reads what is there and hands over each whole reply.
    func receive(_ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        let free = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
        let count = recv(
            socket.descriptor, free.baseAddress, free.count, Int32(MSG_DONTWAIT))
        guard count > 0 else {
            if count < 0, errno == EAGAIN { return }
            throw BenchError("the server has ended a connection of the load")
        }
        filled += count
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
        var start = 0
        while start < filled, let end = ReplyScanner.end(of: bytes, from: start) {
            guard outstanding > 0 else { throw BenchError("a reply that nobody waits for") }
            outstanding -= 1
            try take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            start = end
        }
        if start == 0, filled == buffer.count { throw BenchError("a reply of more than 64 KiB") }
        if start > 0 {
            // The rest moves to the front.
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start...]))
            filled -= start
        }
    }
}
