// A stream's way: its watch begins before the reply does, so that a wrong one is refused like any
// request; then the reply goes on until the client leaves, its reader is too slow, its token is
// good no more, or budgetd stops.

import BudgetModel
import BudgetService
import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceLifecycle

extension Responder {
    /// Begins a stream, which `serve` is to be called for.
    func stream(
        _ family: EventFilter.Family, _ query: Substring?, _ request: Request, _ caller: Caller,
        on channel: any Channel
    ) async throws -> NIOLoopBound<EventStream> {
        var pairs = try query.map { query throws(Problem) in try PercentText.pairs(query) } ?? []
        var last = pairs.filter { $0.name == Self.lastEvent }.map(\.value)
        pairs.removeAll { $0.name == Self.lastEvent }
        // A browser that connects again says it here, and what it asked first in the query still.
        if let header = request.headers[.lastEventID], !header.isEmpty { last = [header] }
        let fields = pairs.map { (name: FieldName($0.name), value: $0.value) }
        let authorization = request.headers[.authorization]
        let events = executor(of: channel.eventLoop)
        try streams.enter()
        do {
            return try await channel.eventLoop.flatSubmit { [last, bounds, logger] in
                let loop = channel.eventLoop
                do {
                    let since = try EventChannel.sequence(last, Self.lastEvent)
                    guard let source = events.value.events else {
                        throw BudgetError(.unavailable, "there is nothing to watch here")
                    }
                    let filter = try EventFilter(
                        family: family, fields: fields, caller: caller, aliases: source.aliases)
                    let identity = try channel.pipeline.syncOperations.handler(
                        type: ClientIdentity.self)
                    let stream = EventStream(
                        on: channel, for: caller.role, bounds: bounds, logger: logger
                    ) { identity.isStill(caller, authorization) }
                    let bound = NIOLoopBound(stream, eventLoop: loop)
                    return stream.begin(EventChannel(filter, since: since), source).map { bound }
                } catch {
                    let problem = (error as? BudgetError).map { Problem($0) }
                    return loop.makeFailedFuture(problem ?? error)
                }
            }.get()
        } catch {
            streams.leave()
            throw error
        }
    }

    /// Tells events to the stream's end.
    func serve(
        _ stream: NIOLoopBound<EventStream>, _ request: Request,
        _ writer: consuming ResponseWriter, on channel: any Channel
    ) async throws {
        defer { streams.leave() }
        let loop = channel.eventLoop
        let finish: @Sendable () -> Void = { loop.execute { stream.value.finish() } }
        // Whatever ends this, nothing more is told.
        defer { finish() }
        let body = try await writer.writeHead(
            HTTPResponse(status: .ok, headerFields: Self.streamFields))
        try await withGracefulShutdownHandler {
            try await request.body.consumeWithInboundCloseHandler { _ in
                try await loop.flatSubmit {
                    stream.value.open()
                    return stream.value.end
                }.get()
            } onInboundClosed: {
                finish()
            }
        } onGracefulShutdown: {
            finish()
        }
        try await body.finish(nil)
    }

    static let lastEvent = "last_event_id"

    /// Nothing between here and the client is to keep events for later.
    private static let streamFields: HTTPFields = [
        .contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no",
    ]
}

extension HTTPField.Name {
    /// Where an interrupted stream ended.
    static let lastEventID = known("Last-Event-ID")
    /// Tells some proxies not to wait for more before they pass anything on.
    fileprivate static let accelBuffering = known("X-Accel-Buffering")
}
