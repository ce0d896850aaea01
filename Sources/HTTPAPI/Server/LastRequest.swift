// A connection's last request. Behind one that asks for another protocol (CONNECT, Upgrade: there
// is none here) NIO's decoder reads nothing more, and behind one of HTTP/1.0 nothing may come. So
// its answer says that the connection ends, and ends it; else the next request on it would wait for
// ever. Java's client asks for an upgrade with each connection's first request.

import NIOCore
import NIOHTTP1

/// Ends a connection behind the answer to its last request. Confined to its loop.
final class LastRequest: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Requests that are not answered yet.
    private var waiting = 0
    /// The version of the last one, once it came.
    private var last: HTTPVersion?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            waiting += 1
            if head.isLast { last = head.version }
        }
        context.fireChannelRead(data)
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        let version = waiting == 1 ? last : nil
        switch (unwrapOutboundIn(data), version) {
        case (.head(var head), let version?) where !head.status.isInformational:
            // HTTP/1.0 knows no chunks.
            head.version = version
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case (.end, _?):
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenComplete { _ in
                context.close(mode: .output, promise: nil)
            }
            context.write(data, promise: written)
        case (.end, nil):
            waiting -= 1
            context.write(data, promise: promise)
        default: context.write(data, promise: promise)
        }
    }
}

extension HTTPRequestHead {
    /// Whether no other request can follow.
    fileprivate var isLast: Bool {
        if method == .CONNECT || version != .http1_1 || !isKeepAlive { return true }
        return headers.contains(name: "Upgrade")
            && headers[canonicalForm: "Connection"].contains { $0.lowercased() == "upgrade" }
    }
}

extension HTTPResponseStatus {
    fileprivate var isInformational: Bool { (100..<200).contains(code) }
}
