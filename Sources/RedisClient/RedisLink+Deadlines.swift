// One timer for all deadlines. It is set to the earliest one it was told, fires, looks at all
// requests, and is set anew: with equal time-outs once per time-out, however many requests.

import NIOCore

extension RedisLink {
    /// Sees that deadlines are looked at by this time.
    func wakeUp(at time: NIODeadline) {
        if let wakeTime, wakeTime <= time { return }
        wakeTask?.cancel()
        wakeTime = time
        guard time != .distantFuture else { return }
        wakeTask = eventLoop.assumeIsolated().scheduleTask(deadline: time) { [self] in
            wakeTask = nil
            wakeTime = nil
            wake()
        }
    }

    private func wake() {
        let wake = state.wake(now: eventLoop.now)
        if wake.mustDiscard, let connection {
            connectionEnded(connection, because: .discarded)
        }
        for request in wake.expired {
            request.fail(.unavailable(request.lastRefusal ?? .deadlineBeforeSending))
        }
        if !wake.expired.isEmpty { onReadComplete?() }
        scheduleFlush()
        if let next = state.nextWake { wakeUp(at: next) }
    }
}
