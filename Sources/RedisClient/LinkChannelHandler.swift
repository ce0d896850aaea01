// The end of a link's pipeline: bytes become replies here, and the socket's fate becomes the
// link's. It decides nothing.

import NIOCore

/// One connection of a link.
final class LinkChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let reader = ReplyReader()
    private let link: RedisLink
    private var context: ChannelHandlerContext?
    private var failure: (any Error)?

    init(link: RedisLink) {
        self.link = link
    }

    /// Whether bytes would reach the socket.
    var isWritable: Bool { context?.channel.isActive ?? false }

    /// Writes and flushes; the caller has gathered a tick's worth.
    func write(_ bytes: ByteBuffer) {
        context?.writeAndFlush(NIOAny(bytes), promise: nil)
    }

    func close() {
        context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        link.connectionOpened(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reader.feed(unwrapInboundIn(data))
        do throws(ReplyReader.Malformed) {
            while link.isCurrent(self), try reader.next({ link.received($0, on: self) }) {}
        } catch {
            link.connectionEnded(self, because: .protocolError(error.description))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        link.readBurstEnded(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = error
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let reason = failure.map(ConnectionFault.text) ?? "Redis closed the connection"
        link.connectionEnded(self, because: .connectionLost(reason))
    }
}
