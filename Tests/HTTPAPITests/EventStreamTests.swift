// A stream on a channel whose clock the test turns: what is written when, and when it ends.

import BudgetModel
import BudgetService
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct EventStreamTests {
    /// A journal of nothing.
    private final class Silence: EventPort {
        func newestEntry(
            tenant: String, completion: @escaping (Result<Moment, BudgetError>) -> Void
        ) { completion(.success(Moment(sequence: .init(epoch: 1, number: 7), now: 1))) }

        func events(
            _ query: EventQuery, completion: @escaping (Result<EventPage, BudgetError>) -> Void
        ) {
            completion(
                .success(EventPage(events: [], last: query.after, hasMore: false, looked: 0)))
        }
    }

    /// A hub on the channel's loop.
    private final class Source: EventSource {
        let aliases: [String: SubjectField] = [:]
        private let hub = EventHub(port: Silence())

        func watch(
            _ channel: EventChannel, reader: any EventReader,
            completion: @escaping (Result<EventWatch, BudgetError>) -> Void
        ) { hub.watch(channel, reader: reader, completion: completion) }
    }

    private let channel = EmbeddedChannel()
    private let source = Source()

    private func stream(_ isGranted: @escaping () -> Bool = { true }) throws -> EventStream {
        let stream = EventStream(
            on: channel, for: .ops, bounds: HTTPBounds(), logger: Logger(label: "test"),
            isGranted: isGranted)
        let filter = EventFilter(family: .events, subject: Subject(tenant: "acme"))
        try stream.begin(EventChannel(filter, since: .init(epoch: 1, number: 9)), source).wait()
        return stream
    }

    private func written() throws -> String? {
        guard case .body(let bytes)? = try channel.readOutbound(as: HTTPResponsePart.self) else {
            return nil
        }
        return String(buffer: bytes)
    }

    @Test func whatComesBeforeTheHeadWaitsForIt() throws {
        let stream = try stream()
        #expect(try written() == nil)
        stream.open()
        let gap = #"id: 1099511627783\#ndata: {"seq":1099511627783,"at_ms":1,"kind":"gap","#
        #expect(try written()?.hasPrefix(gap) == true)
        #expect(try written() == nil)
        stream.finish()
    }

    @Test func aQuietStreamSaysThatItLives() throws {
        let stream = try stream()
        stream.open()
        _ = try written()
        for _ in 0..<3 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(14))
            #expect(try written() == nil)
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            #expect(try written() == ":\n\n")
        }
        stream.finish()
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        #expect(try written() == nil)
        try stream.end.wait()
    }

    @Test func whoIsSomebodyElseNowIsToldNothing() throws {
        var isGranted = true
        let stream = try stream { isGranted }
        stream.open()
        _ = try written()
        isGranted = false
        channel.embeddedEventLoop.advanceTime(by: .seconds(15))
        #expect(try written() == nil)
        try stream.end.wait()
        stream.finish()
    }
}
