// A closed loop: each connection sends a burst, waits for all its replies, and sends the next,
// until all commands are answered. One thread, and no allocation while it runs.

import Glibc

/// Connections to one server.
final class LoadClient {
    private let connections: [LoadConnection]

    init(path: String, connections count: Int) throws {
        connections = try (0..<count).map { _ in try LoadConnection(path: path) }
    }

    /// Sends all commands, `depth` of them in a burst.
    ///
    /// - Parameter mayDeny: whether there may be others than allows among the replies.
    /// - Throws: where a reply is an error or not an allow, or the server falls silent.
    func run(
        _ commands: PreparedCommands, depth: Int, expecting expected: ExpectedReply,
        mayDeny: Bool = false
    ) throws -> LoadResult {
        var next = 0
        var result = LoadResult(mayDeny: mayDeny)
        var sockets = connections.map {
            pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0)
        }
        func sendBurst(_ connection: LoadConnection, now: UInt64) throws {
            let end = min(next + depth, commands.count)
            guard next < end else { return }
            try connection.send(next..<end, of: commands, now: now)
            next = end
        }
        let begin = MonotonicTime.now
        for connection in connections { try sendBurst(connection, now: MonotonicTime.now) }
        while result.latencies.count < commands.count {
            let count = poll(&sockets, nfds_t(sockets.count), Int32(UnixSocket.patience * 1000))
            guard count != 0 else { throw BenchError("no reply within \(UnixSocket.patience) s") }
            for (index, connection) in connections.enumerated() where sockets[index].revents != 0 {
                let now = MonotonicTime.now
                try connection.receive { reply in
                    try result.take(
                        reply, expected, decisions: commands.decisions,
                        nanoseconds: now - connection.sentAt)
                }
                if connection.outstanding == 0 { try sendBurst(connection, now: MonotonicTime.now) }
            }
        }
        result.seconds = Double(MonotonicTime.now - begin) / 1e9
        return result
    }
}

/// What a load came to.
struct LoadResult {
    private(set) var allowed = 0
    var seconds = 0.0
    /// From a burst's sending to the reply.
    private(set) var latencies = Latencies()
    private let mayDeny: Bool

    init(mayDeny: Bool) {
        self.mayDeny = mayDeny
    }

    /// What another program has measured.
    init(allowed: Int, seconds: Double, latencies: Latencies) {
        self.allowed = allowed
        self.seconds = seconds
        self.latencies = latencies
        mayDeny = true
    }

    mutating func take(
        _ reply: UnsafeRawBufferPointer, _ expected: ExpectedReply, decisions: Int,
        nanoseconds: UInt64
    ) throws {
        let count = expected.allowed(in: reply)
        guard count == decisions || mayDeny, reply.first != UInt8(ascii: "-") else {
            let text = String(decoding: reply.prefix(300), as: UTF8.self)
            throw BenchError("expected \(decisions) allowed, got \(count): \(text)")
        }
        allowed += count
        latencies.record(nanoseconds)
    }
}
