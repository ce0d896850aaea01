// What connections do to the machine: they come up, are checked, are left, end.

import NIOCore

extension LinkState {
    /// What closing needs.
    struct Closure {
        /// Requests that were not on the wire.
        var dropped: [Request]
        /// Whether the connection, if there is one, can be closed now.
        var isOver: Bool
    }

    /// What a passed time needs.
    struct Wake {
        /// Requests whose deadline passed off the wire.
        var expired: [Request] = []
        /// Whether a written request's deadline passed: the connection must go, or its late reply
        /// would answer another request.
        var mustDiscard = false
    }

    /// disconnected → connecting; false in any other phase.
    mutating func connect() -> Bool { step(from: .disconnected, to: .connecting) }

    /// connecting → checking; false if the connection isn't wanted any more.
    mutating func opened() -> Bool { step(from: .connecting, to: .checking) }

    /// checking → ready; false if the connection isn't wanted any more.
    mutating func accepted() -> Bool { step(from: .checking, to: .ready) }

    /// ready → draining; false if there is nothing to be left.
    mutating func drain() -> Bool { step(from: .ready, to: .draining) }

    /// The connection is no more.
    ///
    /// - Returns: the requests that were in flight on it.
    mutating func connectionEnded() -> [Request] {
        switch phase {
        case .closing, .closed: phase = .closed
        case .disconnected, .connecting, .checking, .ready, .draining: phase = .disconnected
        }
        defer { inFlight.removeAll(keepingCapacity: true) }
        return Array(inFlight)
    }

    /// No more requests. Those in flight on a ready connection still get their answers.
    mutating func close() -> Closure {
        let dropped = Array(returned) + Array(queued) + delayed.map(\.request)
        returned.removeAll()
        queued.removeAll()
        delayed.removeAll()
        switch phase {
        case .ready, .draining, .closing, .checking, .connecting:
            let isHandshake = phase == .checking || phase == .connecting
            phase = .closing
            return Closure(dropped: dropped, isOver: isHandshake || inFlight.isEmpty)
        case .disconnected, .closed:
            phase = .closed
            return Closure(dropped: dropped, isOver: true)
        }
    }

    /// Looks at every deadline, and moves delayed requests whose time has come into the queue.
    mutating func wake(now: NIODeadline) -> Wake {
        var wake = Wake()
        wake.expired = returned.filter { $0.deadline <= now }
        returned.removeAll { $0.deadline <= now }
        wake.expired += queued.filter { $0.deadline <= now }
        queued.removeAll { $0.deadline <= now }
        var rest: [(due: NIODeadline, request: Request)] = []
        for entry in delayed {
            if entry.request.deadline <= now {
                wake.expired.append(entry.request)
            } else if entry.due <= now {
                returned.append(entry.request)
            } else {
                rest.append(entry)
            }
        }
        delayed = rest
        wake.mustDiscard = inFlight.contains { $0.deadline <= now }
        return wake
    }

    /// When `wake` has something to do next.
    var nextWake: NIODeadline? {
        [
            returned.lazy.map(\.deadline).min(), queued.lazy.map(\.deadline).min(),
            inFlight.lazy.map(\.deadline).min(),
            delayed.lazy.map { min($0.due, $0.request.deadline) }.min(),
        ].compactMap { $0 }.min()
    }

    private mutating func step(from: Phase, to: Phase) -> Bool {
        guard phase == from else { return false }
        phase = to
        return true
    }
}
