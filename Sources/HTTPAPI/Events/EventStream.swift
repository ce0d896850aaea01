// One client's live events, as server-sent events: `id` is the event's `seq`, `data` its JSON.
//
// Events come on the connection's loop and are written to the channel there, past Hummingbird's
// writer: that one waits for a slow reader, and here nobody does. The connection's task only waits
// for the end.
//
// What must always hold:
// - nothing is told to a caller whose token is another now, or none;
// - a reader that leaves too much unread is cut: its connection is closed, and it goes on from the
//   last event that it has;
// - an end is told once, and nothing is written behind it.

import BudgetModel
import BudgetService
import HTTPTypes
import Logging
import NIOCore
import NIOHTTPTypes

/// A stream. Confined to its connection's loop.
final class EventStream: EventReader {
    /// Done when the stream is at its end.
    let end: EventLoopFuture<Void>
    private let ending: EventLoopPromise<Void>
    private let channel: any Channel
    private let role: Role
    private let bounds: HTTPBounds
    private let logger: Logger
    /// Whether the caller is still who it was.
    private let isGranted: () -> Bool
    private var watch: EventWatch?
    private var text: ByteBuffer
    private var isOpen = false
    private var isEnded = false
    private var keepAlive: RepeatedTask?

    init(
        on channel: any Channel, for role: Role, bounds: HTTPBounds, logger: Logger,
        isGranted: @escaping () -> Bool
    ) {
        self.channel = channel
        self.role = role
        self.bounds = bounds
        self.logger = logger
        self.isGranted = isGranted
        ending = channel.eventLoop.makePromise()
        end = ending.futureResult
        text = channel.allocator.buffer(capacity: 0)
    }

    /// Begins to watch.
    ///
    /// - Returns: done when everything from then on is told; what comes before the stream is opened
    ///   waits for that.
    func begin(_ what: EventChannel, _ source: any EventSource) -> EventLoopFuture<Void> {
        let began = channel.eventLoop.makePromise(of: Void.self)
        source.watch(what, reader: self) { result in
            switch result {
            case .success(let watch):
                self.watch = watch
                if self.isEnded { watch.end() }
                began.succeed()
            case .failure(let error):
                self.finish()
                began.fail(Problem(error))
            }
        }
        return began.futureResult
    }

    /// Writes from now on; the reply's head is written.
    func open() {
        guard !isEnded else { return }
        isOpen = true
        let loop = channel.eventLoop
        let stream = NIOLoopBound(self, eventLoop: loop)
        keepAlive = loop.scheduleRepeatedTask(
            initialDelay: bounds.keepAliveTime, delay: bounds.keepAliveTime
        ) { _ in stream.value.sayItLives() }
        write()
    }

    /// Ends it; the client is told by the reply's end.
    func finish() {
        guard !isEnded else { return }
        isEnded = true
        keepAlive?.cancel()
        watch?.end()
        ending.succeed()
    }

    private func sayItLives() {
        guard isGranted() else { return finish() }
        // A reader that has left that much unread need not be told more.
        guard unreadBytes == 0 else { return }
        text.writeStaticString(":\n\n")
        write()
    }

    // MARK: The reader

    func room(_ answer: @escaping (Bool) -> Void) {
        answer(isOpen && unreadBytes < bounds.maxUnreadEventBytes / 2)
    }

    /// Bytes that the kernel has not taken.
    private var unreadBytes: Int {
        let buffered = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
        return text.readableBytes + (buffered ?? 0)
    }

    func take(_ messages: ArraySlice<EventMessage>, of watch: EventWatch) {
        guard !isEnded else { return watch.end() }
        guard isGranted() else { return finish() }
        guard unreadBytes < bounds.maxUnreadEventBytes else { return cut() }
        for message in messages {
            text.writeStaticString("id: ")
            text.writeString(String(message.sequence.value))
            text.writeStaticString("\ndata: ")
            text.writeBytes(message.json(for: role))
            text.writeStaticString("\n\n")
        }
        write()
    }

    func end(_ watch: EventWatch) { cut() }

    private func cut() {
        let peer = channel.remoteAddress?.description ?? ""
        logger.notice(
            "watcher cut",
            metadata: ["peer": "\(peer)", "reason": "events were read more slowly than they came"])
        finish()
        channel.close(promise: nil)
    }

    private func write() {
        guard isOpen, text.readableBytes > 0 else { return }
        let part = HTTPResponsePart.body(text)
        text = channel.allocator.buffer(capacity: 0)
        channel.writeAndFlush(part, promise: nil)
    }
}
