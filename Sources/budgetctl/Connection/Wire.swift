// The bytes of one connection, over a unix socket, TCP or TLS. Blocking, since a command line has
// nothing else to do meanwhile; each wait is bounded.

import Dispatch
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A connection of bytes.
final class Wire: Sendable {
    private let channel: any Channel
    private let inbox: Inbox
    private let timeout: Int

    /// Connects.
    ///
    /// - Parameters:
    ///   - tls: what encrypts it, where the address asks for that.
    ///   - seconds: how long each wait may take.
    init(_ address: Address, tls: NIOSSLContext?, timeout seconds: Int) throws(End) {
        timeout = seconds
        let inbox = Inbox()
        self.inbox = inbox
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(Int64(seconds)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls, case .tcp(let host, _, _) = address {
                        try channel.pipeline.syncOperations.addHandler(Self.handler(tls, host))
                    }
                    try channel.pipeline.syncOperations.addHandler(inbox)
                }
            }
        do {
            switch address {
            case .unix(let path):
                channel = try bootstrap.connect(unixDomainSocketPath: path).wait()
            case .tcp(let host, let port, _):
                channel = try bootstrap.connect(host: host, port: port).wait()
            }
        } catch {
            throw End(error)
        }
    }

    deinit { channel.close(promise: nil) }

    /// Sends bytes. That they did not arrive is told by the next `receive()`.
    func send(_ bytes: ByteBuffer) { channel.writeAndFlush(bytes, promise: nil) }

    /// The bytes that came since the last call, at least one.
    ///
    /// - Parameter isPatient: whether to wait for ever.
    func receive(isPatient: Bool = false) throws(End) -> ByteBuffer {
        while true {
            if let bytes = try inbox.take() { return bytes }
            if isPatient {
                inbox.news.wait()
                continue
            }
            guard inbox.news.wait(timeout: .now() + .seconds(timeout)) == .success else {
                throw End(.silent, "it did not answer within \(timeout) s")
            }
        }
    }

    private static func handler(
        _ context: NIOSSLContext, _ host: String
    ) throws -> NIOSSLClientHandler {
        // An address has no place in SNI; the certificate is then held against the address itself.
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }
}

/// What came, until somebody looks.
private final class Inbox: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private struct State {
        var bytes = ByteBuffer()
        var end: Wire.End?
    }

    private let state = Mutex(State())
    /// Signalled at least once after each change.
    let news = DispatchSemaphore(value: 0)

    /// What is there; nil where nothing is yet.
    func take() throws(Wire.End) -> ByteBuffer? {
        let (bytes, end) = state.withLock { state in
            defer { state.bytes = ByteBuffer() }
            return (state.bytes, state.end)
        }
        if bytes.readableBytes > 0 { return bytes }
        if let end { throw end }
        return nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        state.withLock { _ = $0.bytes.writeBuffer(&bytes) }
        news.signal()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(Wire.End(.other, "it closed the connection"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(Wire.End(error))
        context.close(promise: nil)
    }

    /// The first reason is the one that counts.
    private func end(_ end: Wire.End) {
        state.withLock { $0.end = $0.end ?? end }
        news.signal()
    }
}
