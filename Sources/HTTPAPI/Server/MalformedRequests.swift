// What is no request that can be served is answered by Hummingbird, with a bare 400, before there
// is anything to give to a responder. Here that answer gets the document that every refusal has.
// The connection is closed behind it, as nobody knows where a next request would begin.
//
// NIO's parser reads more than it should: a request without a host or with two, and a coding of the
// body that is none of ours (RFC 9112, 3.2 and 6.1). Those are refused here, as the parser refuses.
// A proxy before us that reads them otherwise would take the end of one request for another one.

import BudgetModel
import BudgetService
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Refuses what can't be served, and explains it. Confined to its connection's loop.
final class MalformedRequests: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let tally: HTTPTally
    /// Why nothing is read any more.
    private var refusal: Problem?

    init(_ tally: HTTPTally) {
        self.tally = tally
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard refusal == nil else { return }
        if case .head(let head) = unwrapInboundIn(data), let refusal = head.refusal {
            self.refusal = refusal
            context.fireErrorCaught(HTTPParserError.unknown)
            return
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard refusal == nil else { return }
        if let error = error as? HTTPParserError { refusal = error.refusal }
        context.fireErrorCaught(error)
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        // All of ours say what they are made of.
        guard let refusal, case .head(let head) = unwrapOutboundIn(data),
            head.status == .badRequest, !head.headers.contains(name: "Content-Type")
        else {
            context.write(data, promise: promise)
            return
        }
        tally.answered(HTTPTally.noRoute, refusal.status.code)
        var reply = refusal.reply
        reply.fields[.connection] = "close"
        let response = HTTPResponse(status: reply.status, headerFields: reply.fields)
        context.write(wrapOutboundOut(.head(HTTPResponseHead(response))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(reply.body))), promise: promise)
    }
}

extension HTTPRequestHead {
    /// Why it isn't served, though the parser could read it.
    fileprivate var refusal: Problem? {
        hostFault.map { Problem(malformed: $0) } ?? codingRefusal
    }

    private var hostFault: String? {
        let hosts = headers["Host"]
        switch hosts.count {
        case 0:
            return version == .http1_1 ? "it has no Host; expected one, which may be empty" : nil
        case 1:
            return hosts[0].utf8.allSatisfy(Self.isOfHost)
                ? nil : "its Host is \(FieldText.shown(hosts[0])); expected a name and a port"
        case let count: return "it has \(count) headers Host; expected one"
        }
    }

    /// As RFC 3986 has them: names, addresses of either family, and a port.
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~%!$&'()*+,;=:[]".utf8.contains(byte)
        }
    }

    private var codingRefusal: Problem? {
        guard headers.contains(name: "Transfer-Encoding") else { return nil }
        guard version == .http1_1 else {
            return Problem(malformed: "HTTP/1.0 has no Transfer-Encoding")
        }
        let codings = headers[canonicalForm: "Transfer-Encoding"].filter { !$0.isEmpty }
        // Else nobody knows where the body ends.
        guard codings.last?.lowercased() == "chunked" else {
            return Problem(malformed: "its Transfer-Encoding doesn't end with chunked")
        }
        guard let other = codings.first(where: { $0.lowercased() != "chunked" }) else { return nil }
        return Problem(
            .notImplemented, .badArgument,
            "its Transfer-Encoding has \(FieldText.shown(other)); expected chunked alone")
    }
}

extension HTTPParserError {
    /// What the parser found, in words.
    fileprivate var refusal: Problem {
        switch self {
        case .headerOverflow:
            Problem(malformed: "its first line and headers are more than 16 KiB, or more than 100")
        case .invalidVersion:
            Problem(malformed: "its first line doesn't end with HTTP/1.1 and CR LF")
        case .invalidMethod: Problem(malformed: "its method is none")
        case .invalidURL: Problem(malformed: "its target is no path of ASCII")
        case .invalidContentLength, .unexpectedContentLength:
            Problem(
                malformed: "its Content-Length is no number, comes twice, or with Transfer-Encoding"
            )
        case .invalidChunkSize: Problem(malformed: "a chunk of its body has no size")
        case .invalidHeaderToken:
            Problem(
                malformed: "a header is no name, colon and text in one line, or has control "
                    + "characters")
        default:
            Problem(
                malformed: "its lines don't end with CR LF, it has characters that don't "
                    + "belong, or both Content-Length and Transfer-Encoding")
        }
    }
}

extension Problem {
    fileprivate init(malformed why: String) {
        self.init(.badRequest, .badArgument, "this is no HTTP/1.1 request: " + why)
    }
}
