// From a reply to its request: an answer is told; "not done" is done again or told as such.

import NIOCore

extension RedisLink {
    func isCurrent(_ handler: LinkChannelHandler) -> Bool { connection === handler }

    func received(_ reply: LentReply, on handler: LinkChannelHandler) {
        isInReadBurst = true
        guard let request = state.answered() else {
            connectionEnded(handler, because: .protocolError("a reply that nobody waits for"))
            return
        }
        if !request.isHandshake, let error = reply.error {
            receivedError(error, for: request)
        } else {
            if !request.isHandshake { readOnlyConnections = 0 }
            request.answer(reply)
        }
        leaveIfDrained()
    }

    /// All replies that had arrived are told.
    func readBurstEnded(_ handler: LinkChannelHandler) {
        guard isInReadBurst, isCurrent(handler) else { return }
        isInReadBurst = false
        onReadComplete?()
        flush()
    }

    private func receivedError(_ error: RedisErrorReply, for request: LinkRequest) {
        switch ReplyClass(error) {
        case .answer:
            request.completion(.success(.error(error)))
        case .insideScript:
            request.fail(.outcomeUnknown(.failedInsideScript(error)))
        case .refused(let refusal):
            onRefusal?()
            request.fail(.unavailable(.refused(refusal, error)))
        case .misconfigured:
            request.fail(.unavailable(.misconfigured(error)))
        case .noScript:
            guard let again = request.withScriptSource() else {
                request.completion(.success(.error(error)))
                return
            }
            writeAgain(again)
        case .later:
            tryLater(request, error)
        case .readOnly:
            var request = request
            request.lastRefusal = .readOnly(error)
            writeAgain(request)
            leave(because: error)
        }
    }

    private func writeAgain(_ request: LinkRequest) {
        guard state.resubmit(request) else {
            request.fail(.unavailable(request.lastRefusal ?? .closed))
            return
        }
        wakeUp(at: request.deadline)
    }

    private func tryLater(_ request: LinkRequest, _ error: RedisErrorReply) {
        var request = request
        request.lastRefusal = .later(error)
        let delay = configuration.retry.delay(
            attempt: request.postponements, using: &randomness)
        request.postponements += 1
        let due = eventLoop.now + delay
        guard due < request.deadline, state.delay(request, until: due) else {
            request.fail(.unavailable(.later(error)))
            return
        }
        if let next = state.nextWake { wakeUp(at: next) }
    }

    /// The Redis behind this connection is a replica: what was written gets its answers, then
    /// another connection is made.
    private func leave(because error: RedisErrorReply) {
        guard state.drain() else { return }
        readOnlyConnections += 1
        report(.draining)
        logger.warning("redis is read-only, reconnecting", metadata: ["error": "\(error)"])
    }

    /// Leaves this connection, once what was written is answered, for another one that is checked
    /// anew. Nothing happens where there is no ready connection.
    public func reconnect(because reason: String) {
        eventLoop.preconditionInEventLoop()
        guard state.drain() else { return }
        report(.draining)
        logger.warning("redis is checked anew", metadata: ["reason": "\(reason)"])
        eventLoop.assumeIsolated().execute { self.leaveIfDrained() }
    }

    func leaveIfDrained() {
        guard state.isDrained, let connection else { return }
        connectionEnded(connection, because: .connectionLost("left"))
    }
}
