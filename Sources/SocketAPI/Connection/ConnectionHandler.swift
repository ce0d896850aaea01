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
import Listeners
import NIOCore
import NIOSSL
import NIOTLS
import RESP

/// One client's connection. Confined to its loop.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    var state: ConnectionState
    private var decoder: RequestDecoder
    var writer = ReplyWriter()
    let connections: LoopConnections
    let openedAt: NIODeadline
    var deadlines = ConnectionDeadlines()
    private let tls: ListenerTLS?
    private(set) var context: ChannelHandlerContext?
    private var isTaking = false
    var isReadHeldBack = false
    private var isInputClosed = false
    var isMarked = false
    var isEnding = false
    /// By the channels' names.
    var watches: [[UInt8]: EventWatch] = [:]
    /// Who began the first of them.
    var watcher: Caller?

    init(
        state: ConnectionState, connections: LoopConnections, tls: ListenerTLS? = nil,
        now: NIODeadline
    ) {
        self.tls = tls
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
        endWatches()
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
        } else if let tls, case .handshakeCompleted? = event as? TLSUserEvent {
            identify(by: tls, context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// The client has shown its certificate, if it has one.
    private func identify(by tls: ListenerTLS, _ context: ChannelHandlerContext) {
        let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
        guard let caller = certificate.flatMap({ $0 }).flatMap(tls.caller) else { return }
        state.identify(caller)
        deadlines.strangerSince = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    var takesRequests: Bool {
        guard let context, context.channel.isWritable else { return false }
        return state.takesRequests(unwrittenBytes: writer.buffer.readableBytes)
    }

    func takeRequests() {
        guard !isTaking else { return }
        isTaking = true
        var count = 0
        var isExhausted = false
        while takesRequests, !isExhausted {
            do throws(RequestDecodingError) {
                if let request = try decoder.next() {
                    count += 1
                    let action = state.receive(request) { command throws(BudgetError) in
                        try connections.executor.check(command)
                    }
                    carryOut(action)
                } else {
                    isExhausted = true
                }
            } catch {
                count += 1
                carryOut(state.receive(error))
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
