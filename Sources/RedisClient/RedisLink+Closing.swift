// The end of a link: nothing new, answers for what was written, then the socket.

import NIOCore

extension RedisLink {
    /// Closes for good. Requests that weren't written fail at once as `unavailable`; those in
    /// flight get their answers, or their deadlines.
    ///
    /// - Parameter completion: called when the connection is gone.
    public func close(completion: @escaping () -> Void = {}) {
        eventLoop.preconditionInEventLoop()
        closeCallbacks.append(completion)
        let closure = state.close()
        report(state.phase == .closed ? .closed : .closing)
        for request in closure.dropped { request.fail(.unavailable(.closed)) }
        if closure.isOver, let connection {
            connectionEnded(connection, because: .connectionLost("closed"))
        } else {
            finishClosing()
        }
        if !closure.dropped.isEmpty { onReadComplete?() }
    }

    func finishClosing() {
        guard state.phase == .closed else { return }
        wakeTask?.cancel()
        wakeTask = nil
        let callbacks = closeCallbacks
        closeCallbacks = []
        for callback in callbacks { callback() }
    }
}
