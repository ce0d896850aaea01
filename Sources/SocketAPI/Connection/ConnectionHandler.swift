// A connection's channel handler: carries out what `ConnectionState` decides.
//
// What must always hold:
// - Everything happens on the channel's loop; a completion that comes after the end is dropped.
// - Requests are taken only in `takeRequests`, which never runs within itself: a completion from
//   within `execute` only fills its place in the queue.
// - Replies are gathered and written once per tick of the loop (`LoopConnections`), and requests
//   that a bound held back are taken again right after that write.

import BudgetModel
import BudgetService
import NIOCore
import RESP

/// One client's connection. Confined to its loop.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private(set) var state: ConnectionState
    private var decoder: RequestDecoder
    private var writer = ReplyWriter()
    private let connections: LoopConnections
    private let openedAt: NIODeadline
    private var deadlines = ConnectionDeadlines()
    private var context: ChannelHandlerContext?
    private var isTaking = false
    private var isReadHeldBack = false
    private var isInputClosed = false
    private var isMarked = false

    init(state: ConnectionState, connections: LoopConnections, now: NIODeadline) {
        self.state = state
        self.connections = connections
        decoder = RequestDecoder(bounds: state.settings.bounds.request)
        openedAt = now
        if state.caller == nil { deadlines.strangerSince = now }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connections.add(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        connections.remove(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard state.phase == .open else { return }
        decoder.feed(&bytes)
        takeRequests()
    }

    /// A request to read more, which waits while a bound is reached.
    func read(context: ChannelHandlerContext) {
        if takesRequests {
            context.read()
        } else {
            isReadHeldBack = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            deadlines.unreadSince = nil
            goOn()
        } else if deadlines.unreadSince == nil {
            deadlines.unreadSince = context.eventLoop.now
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            isInputClosed = true
            takeRequests()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private var takesRequests: Bool {
        guard let context, context.channel.isWritable else { return false }
        return state.takesRequests(unwrittenBytes: writer.buffer.readableBytes)
    }

    private func takeRequests() {
        guard !isTaking else { return }
        isTaking = true
        var count = 0
        var isExhausted = false
        while takesRequests, !isExhausted {
            do throws(RequestDecodingError) {
                if let request = try decoder.next() {
                    count += 1
                    carryOut(state.receive(request), isAlone: true)
                } else {
                    isExhausted = true
                }
            } catch {
                count += 1
                carryOut(state.receive(error), isAlone: true)
            }
        }
        isTaking = false
        noteProgress(requests: count, isExhausted: isExhausted)
    }

    /// Remembers since when a request has been arriving, and that the client is known.
    private func noteProgress(requests: Int, isExhausted: Bool) {
        if requests > 0 {
            connections.counters.add(requests: requests)
            deadlines.requestSince = nil
            if state.caller != nil { deadlines.strangerSince = nil }
            mark()
        }
        if isExhausted, isInputClosed {
            finish()
        } else if isExhausted, decoder.bufferedBytes > 0, deadlines.requestSince == nil {
            deadlines.requestSince = context?.eventLoop.now
        }
    }
}

extension ConnectionHandler {
    /// - Parameter isAlone: whether the action is a request's own, not one of a MULTI's.
    private func carryOut(_ action: ConnectionAction, isAlone: Bool) {
        switch action {
        case .reply(let reply):
            answer(reply)
        case .report(let report):
            answer(self.reply(to: report))
        case .execute(let request):
            let ticket = state.replies.reserve(state.version)
            connections.executor.execute(request) { result in
                self.complete(ticket, Reply(result))
            }
        case .transaction(let actions):
            answer(.arrayHead(actions.count))
            for action in actions { carryOut(action, isAlone: false) }
        }
    }

    /// Answers a request at once, if nothing before it is owed.
    private func answer(_ reply: Reply) {
        if state.replies.isEmpty {
            writer.protocolVersion = state.version
            writer.write(reply)
        } else {
            state.replies.append(reply, state.version)
        }
    }

    private func complete(_ ticket: ReplyQueue.Ticket, _ reply: Reply) {
        guard context != nil else { return }
        state.replies.answer(ticket, reply)
        while let (reply, version) = state.replies.next() {
            writer.protocolVersion = version
            writer.write(reply)
        }
        mark()
    }

    private func reply(to report: ConnectionAction.Report) -> Reply {
        switch report {
        case .information(let asked):
            return .text(informationText(connections.information(), asked: asked))
        case .client:
            let age = (context?.eventLoop.now ?? openedAt) - openedAt
            return .text(state.line(address: connections.address, age: age))
        }
    }

    private func mark() {
        guard !isMarked else { return }
        isMarked = true
        connections.markDirty(self)
    }

    /// Writes the replies that are known, then takes what was held back, or closes at the end.
    func flush() {
        isMarked = false
        guard let context else { return }
        let isFinished = state.isFinished
        if writer.buffer.readableBytes > 0 {
            let bytes = wrapOutboundOut(writer.buffer)
            guard !isFinished else {
                closeAfter(context.writeAndFlush(bytes))
                return
            }
            context.writeAndFlush(bytes, promise: nil)
            reuseBuffer()
            goOn()
        } else if isFinished {
            context.close(promise: nil)
        }
    }

    private func closeAfter(_ written: EventLoopFuture<Void>) {
        writer.buffer.clear()
        written.assumeIsolated().whenComplete { _ in self.context?.close(promise: nil) }
    }

    /// The buffer is used again where the kernel has taken it all; a big one is let go of.
    private func reuseBuffer() {
        if writer.buffer.capacity > keptBufferBytes {
            writer.buffer = ByteBuffer()
        } else {
            writer.buffer.clear()
        }
    }

    private func goOn() {
        guard takesRequests else { return }
        takeRequests()
        guard takesRequests, isReadHeldBack else { return }
        isReadHeldBack = false
        context?.read()
    }

    /// Takes no more requests, answers those in flight, and closes.
    func finish() {
        state.close()
        mark()
    }

    func closeIfOverdue(at now: NIODeadline) -> ConnectionDeadlines.Overdue? {
        let overdue = deadlines.overdue(at: now, bounds: state.settings.bounds)
        if overdue != nil { closeNow() }
        return overdue
    }

    func closeNow() { context?.close(promise: nil) }

    var closeFuture: EventLoopFuture<Void>? { context?.channel.closeFuture }
}

/// Replies of a usual burst fit; what a page of a ledger took is given back.
private let keptBufferBytes = 64 * 1024
