// A subscriber, as far as it matters here: it reads whatever is there, and holds what it is told
// against the promise that all of it comes once and in order.

import Glibc

final class WatcherConnection {
    let socket: UnixSocket
    private(set) var told = Told()
    private var newest: Int64 = 0
    /// The last bytes of what was read, not looked at: an event's beginning may be cut in two.
    private var tail: [UInt8] = []

    private static let mark = Array(#"{"seq":"#.utf8)
    /// A mark, its number, and some more.
    private static let longestMark = 64

    /// Reads what somebody else has subscribed to.
    init(_ socket: UnixSocket) {
        self.socket = socket
    }

    /// Subscribes, and waits until it counts.
    init(path: String, channel: String) throws {
        socket = try UnixSocket(path: path)
        let line = "SUBSCRIBE \(channel)\r\n"
        try line.utf8.withContiguousStorageIfAvailable {
            try socket.send(UnsafeRawBufferPointer($0))
        }
        var answer = [UInt8](repeating: 0, count: 1024)
        let count = recv(socket.descriptor, &answer, answer.count, 0)
        let text = String(decoding: answer.prefix(max(0, count)), as: UTF8.self)
        guard text.contains("subscribe") else {
            throw BenchError("SUBSCRIBE \(channel) was answered '\(text)'")
        }
    }

    /// Reads what is there.
    ///
    /// - Returns: false where nothing more comes.
    func read(into room: UnsafeMutableRawBufferPointer) throws -> Bool {
        while true {
            let count = recv(socket.descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EAGAIN || errno == EINTR { return true }
            guard count > 0 else {
                told.cut = 1
                return false
            }
            told.bytes += count
            try note(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }

    /// Looks at what is left; nothing more is read.
    func end() throws -> Told {
        try tail.withUnsafeBytes { try note($0, beginningBefore: $0.count) }
        tail = []
        return told
    }

    private func note(_ fresh: UnsafeRawBufferPointer) throws {
        let seam = tail + fresh.prefix(Self.longestMark)
        if fresh.count < Self.longestMark {
            let end = max(0, seam.count - Self.longestMark)
            try seam.withUnsafeBytes { try note($0, beginningBefore: end) }
            tail = Array(seam[end...])
        } else {
            try seam.withUnsafeBytes { try note($0, beginningBefore: tail.count) }
            try note(fresh, beginningBefore: fresh.count - Self.longestMark)
            tail = Array(fresh.suffix(Self.longestMark))
        }
    }

    /// Looks at the events that begin in the first bytes of a part.
    private func note(_ bytes: UnsafeRawBufferPointer, beginningBefore end: Int) throws {
        var start = 0
        while start < end, let found = Self.find(in: bytes, from: start), found < end {
            var index = found + Self.mark.count
            var number: Int64 = 0
            while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
                number = number * 10 + Int64(bytes[index] - 0x30)
                index += 1
            }
            // One that is cut off is not looked at.
            guard index < bytes.count else { return }
            guard number > newest else {
                throw BenchError("a watcher was told \(number) behind \(newest)")
            }
            newest = number
            told.messages += 1
            start = index
        }
    }

    private static func find(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var index = start
        while index + mark.count <= bytes.count,
            let brace = memchr(base + index, Int32(mark[0]), bytes.count - index)
        {
            index = UnsafeRawPointer(brace) - base
            if bytes[index...].starts(with: mark) { return index }
            index += 1
        }
        return nil
    }

    /// What watchers were told.
    struct Told: Codable {
        var messages = 0
        var bytes = 0
        /// Watchers who were told no more.
        var cut = 0

        static func + (left: Told, right: Told) -> Told {
            Told(
                messages: left.messages + right.messages, bytes: left.bytes + right.bytes,
                cut: left.cut + right.cut)
        }
    }
}
