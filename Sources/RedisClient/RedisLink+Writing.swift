// From a request to the socket: taken into the queue, written at the end of the tick.

import NIOCore

extension RedisLink {
    func submit(_ request: LinkRequest) {
        eventLoop.preconditionInEventLoop()
        switch state.submit(request) {
        case .flush:
            scheduleFlush()
            wakeUp(at: request.deadline)
        case .wait:
            wakeUp(at: request.deadline)
        case .full:
            request.fail(.queueFull(limit: state.limit))
        case .closed:
            request.fail(.unavailable(.closed))
        }
    }

    /// Once a tick: behind the tick's other work, or with the end of the read burst.
    func scheduleFlush() {
        guard !isFlushScheduled, !isInReadBurst else { return }
        isFlushScheduled = true
        eventLoop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            flush()
        }
    }

    /// Writes all that is queued. A socket that is known to be dead gets nothing, so that what is
    /// queued stays certainly without effect.
    func flush() {
        guard let connection, connection.isWritable else { return }
        outgoing.clear()
        while let request = state.takeForWriting() { request.write(to: &outgoing) }
        if outgoing.readableBytes > 0 { connection.write(outgoing) }
    }

    func sendHandshake(
        _ command: RedisCommand, on handler: LinkChannelHandler,
        completion: @escaping (Result<RedisReply, RedisFailure>) -> Void
    ) {
        eventLoop.preconditionInEventLoop()
        // Its time is the connection's own.
        let request = LinkRequest(
            payload: .command(command.encoded), deadline: .distantFuture, isHandshake: true,
            completion: completion)
        guard isCurrent(handler), state.beginHandshake(request) else {
            request.fail(.unavailable(.closed))
            return
        }
        handler.write(command.encoded)
    }
}
