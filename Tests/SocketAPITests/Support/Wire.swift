// A connection without a socket: bytes in, bytes out.

import BudgetModel
import BudgetService
import Listeners
import Logging
import NIOCore
import NIOEmbedded

@testable import SocketAPI

/// A connection's handler on an embedded channel.
final class Wire {
    let channel: EmbeddedChannel
    let executor = TestExecutor()
    let connections: LoopConnections
    let handler: ConnectionHandler

    init(
        role: Role? = .worker, bounds: SocketBounds = SocketBounds(),
        authenticator: (any Authenticator)? = nil
    ) throws {
        channel = EmbeddedChannel()
        let counters = ConnectionCounters()
        _ = counters.admit(atMost: 1)
        connections = LoopConnections(
            loop: channel.embeddedEventLoop, executor: executor, counters: counters,
            address: "/run/x.sock", logger: Logger(label: "test"),
            information: {
                [InformationSection("Server", [("redis_version", "7")])]
                    + [InformationSection("Budget", [("policy", "abc")])]
            })
        let settings = ConnectionSettings(bounds: bounds, authenticator: authenticator)
        handler = ConnectionHandler(
            state: ConnectionState(
                id: 1, settings: settings,
                peer: role.map { Caller(role: $0, name: "uid:1 pid:2") }),
            connections: connections, now: channel.embeddedEventLoop.now)
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/run/x.sock")).wait()
    }

    var isOpen: Bool { channel.isActive }

    /// Sends bytes and gives what came back in the same tick.
    @discardableResult
    func send(_ text: String) throws -> String { try send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: some Swift.Sequence<UInt8>) throws -> String {
        guard channel.isActive else { return "" }
        try channel.writeInbound(ByteBuffer(bytes: bytes))
        channel.embeddedEventLoop.run()
        return try received()
    }

    /// What was written and not yet looked at.
    func received() throws -> String {
        channel.embeddedEventLoop.run()
        var text = ""
        while let part = try channel.readOutbound(as: ByteBuffer.self) {
            text += String(buffer: part)
        }
        return text
    }
}

/// A request as clients send it.
func request(_ arguments: String...) -> String {
    arguments.reduce("*\(arguments.count)\r\n") { $0 + "$\($1.utf8.count)\r\n\($1)\r\n" }
}

/// A request of words without blanks.
func requests(_ lines: String...) -> String {
    lines.map { line in
        let words = line.split(separator: " ")
        return words.reduce("*\(words.count)\r\n") { $0 + "$\($1.utf8.count)\r\n\($1)\r\n" }
    }.joined()
}
