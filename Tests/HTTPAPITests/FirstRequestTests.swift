// How long a connection may ask nothing, on a clock that the test turns.

import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPAPI

@Suite struct FirstRequestTests {
    private let channel = EmbeddedChannel(handler: FirstRequest(within: .seconds(10)))

    @Test func whoAsksNothingIsClosed() throws {
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "/embedded"), promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(9_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test func whoHasAskedMayRest() throws {
        channel.connect(to: try SocketAddress(unixDomainSocketPath: "/embedded"), promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(9_999))
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/healthz")
        try channel.writeInbound(HTTPServerRequestPart.head(head))
        #expect(try channel.readInbound(as: HTTPServerRequestPart.self) == .head(head))
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(channel.isActive)
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
        #expect(try channel.readInbound(as: HTTPServerRequestPart.self) == .end(nil))
    }
}
