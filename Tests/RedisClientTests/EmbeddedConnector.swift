// A connection without a socket, on a loop whose clock the test turns.

import NIOCore
import NIOEmbedded

@testable import RedisClient

/// Hands each connection of a link an embedded channel.
final class EmbeddedConnector: LinkConnector {
    private(set) var channels: [EmbeddedChannel] = []

    func connect(on loop: any EventLoop, _ handler: LinkChannelHandler) -> EventLoopFuture<Void> {
        guard let embedded = loop as? EmbeddedEventLoop else { preconditionFailure("no such loop") }
        let channel = EmbeddedChannel(handler: handler, loop: embedded)
        channels.append(channel)
        return loop.makeCompletedFuture {
            let address = try SocketAddress(unixDomainSocketPath: "/embedded")
            channel.connect(to: address, promise: nil)
        }
    }
}

/// A link on an embedded loop.
final class EmbeddedLink {
    let loop = EmbeddedEventLoop()
    let connector = EmbeddedConnector()
    let link: RedisLink
    private(set) var outcomes: [Result<RedisReply, RedisFailure>] = []

    init(configure: (inout RedisLinkConfiguration) -> Void = { _ in }) {
        var configuration = RedisLinkConfiguration(endpoint: .unix(path: "/embedded"))
        configure(&configuration)
        link = RedisLink(configuration: configuration, eventLoop: loop, connector: connector)
        link.start()
        loop.run()
    }

    /// The latest connection.
    var channel: EmbeddedChannel { connector.channels[connector.channels.count - 1] }

    func send(_ arguments: String..., within time: TimeAmount = .seconds(1)) {
        link.send(RedisCommand(arguments: arguments), deadline: loop.now + time) {
            self.outcomes.append($0)
        }
    }

    /// What the link has written, one text a write.
    func writes() throws -> [String] {
        var writes: [String] = []
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
            writes.append(String(buffer: bytes))
        }
        return writes
    }

    func receive(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }
}
