// A connection that asks nothing holds a place that others wait for, and needs no token for that.
// So its first request, and the handshake before it, has less time than the next ones.

import NIOCore
import NIOHTTP1

/// Closes a connection whose first request doesn't come. Confined to its loop.
final class FirstRequest: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let time: TimeAmount
    private var deadline: Scheduled<Void>?

    /// - Parameter time: from the connection's beginning to the end of the request's headers.
    init(within time: TimeAmount) {
        self.time = time
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: time) {
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
