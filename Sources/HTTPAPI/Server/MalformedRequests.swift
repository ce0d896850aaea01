// What no HTTP request can be read from is answered by Hummingbird, with a bare 400, before there
// is anything to give to a responder. Here that answer gets the document that every refusal has.
// The connection is closed behind it, as nobody knows where a next request would begin.

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Explains the refusals that are not ours. Confined to its connection's loop.
final class MalformedRequests: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let tally: HTTPTally

    init(_ tally: HTTPTally) {
        self.tally = tally
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        // All of ours say what they are made of.
        guard case .head(let head) = unwrapOutboundIn(data), head.status == .badRequest,
            head.headerFields[.contentType] == nil
        else {
            context.write(data, promise: promise)
            return
        }
        tally.answered(HTTPTally.noRoute, head.status.code)
        var reply = Problem(
            .badRequest, .badArgument,
            "this is no HTTP/1.1 request, its method is none, or its headers are more than 16 KiB "
                + "or 100"
        ).reply
        reply.fields[.connection] = "close"
        let response = HTTPResponse(status: reply.status, headerFields: reply.fields)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(reply.body)), promise: promise)
    }
}
