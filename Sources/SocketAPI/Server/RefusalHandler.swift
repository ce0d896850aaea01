// A connection that isn't taken: it is told why, and closed.

import BudgetModel
import NIOCore
import RESP

/// Writes one error, then closes.
final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let error: BudgetError

    init(_ error: BudgetError) {
        self.error = error
    }

    func channelActive(context: ChannelHandlerContext) {
        var writer = ReplyWriter()
        writer.write(.error(error))
        let written = context.writeAndFlush(wrapOutboundOut(writer.buffer))
        let channel = context.channel
        written.assumeIsolated().whenComplete { _ in channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
