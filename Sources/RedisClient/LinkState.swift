// The pure machine under a `RedisLink`: in which phase the connection is, which requests wait and
// which were written. It knows no channel and no clock; the link carries out what it decides.
//
// disconnected → connecting → checking → ready → (draining →) disconnected → …
//                                              → closing → closed
//
// What must always hold:
// - A request is in exactly one of `queued`, `returned` and `delayed` (not on the wire: surely no
//   effect) and `inFlight` (written: an effect is possible).
// - `inFlight` is in the order of the wire, and only the first of it can be answered.
// - Only a ready connection gets requests; a checking one gets its handshake alone.
// - `inFlight` is empty unless there is a connection.

import NIOCore

/// What the machine must know of a request.
protocol LinkQueueable {
    /// When its result must be known.
    var deadline: NIODeadline { get }
}

/// Phase and bookkeeping of one link.
struct LinkState<Request: LinkQueueable> {
    enum Phase: Equatable, CaseIterable, Sendable {
        /// No connection; one may be tried.
        case disconnected
        /// A socket is being connected.
        case connecting
        /// The socket is open; the handshake decides whether it will be used.
        case checking
        /// Requests are written as they come.
        case ready
        /// Nothing more is written; once all is answered the connection is left.
        case draining
        /// As draining, but for good.
        case closing
        /// For good without a connection.
        case closed
    }

    /// What follows from handing in a request.
    enum Submission {
        /// It was taken; see that it gets written.
        case flush
        /// It was taken, and waits for a connection.
        case wait
        /// Too many wait already.
        case full
        /// The link takes no requests any more.
        case closed
    }

    var phase = Phase.disconnected
    /// Written once and answered "not done": written again before the queued ones, in order.
    var returned = CircularBuffer<Request>()
    var queued = CircularBuffer<Request>()
    var inFlight = CircularBuffer<Request>()
    var delayed: [(due: NIODeadline, request: Request)] = []
    /// How many requests may be queued, delayed and in flight together.
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// How many requests are not on the wire.
    var waitingCount: Int { returned.count + queued.count + delayed.count }

    /// Whether everything was answered on a connection that is to be left.
    var isDrained: Bool { (phase == .draining || phase == .closing) && inFlight.isEmpty }

    // MARK: Requests

    mutating func submit(_ request: Request) -> Submission {
        switch phase {
        case .closing, .closed: return .closed
        case .disconnected, .connecting, .checking, .ready, .draining: break
        }
        guard waitingCount + inFlight.count < limit else { return .full }
        queued.append(request)
        return phase == .ready ? .flush : .wait
    }

    /// Takes back a request that was answered with "not done".
    ///
    /// - Returns: false if the link is closing, so that it can't be written again.
    mutating func resubmit(_ request: Request) -> Bool {
        guard phase != .closing, phase != .closed else { return false }
        returned.append(request)
        return true
    }

    /// As `resubmit`, but not before a time, nor before those that were delayed earlier.
    mutating func delay(_ request: Request, until due: NIODeadline) -> Bool {
        guard phase != .closing, phase != .closed else { return false }
        delayed.append((max(due, delayed.last?.due ?? due), request))
        return true
    }

    /// The next request to write now, which is in flight from here on.
    mutating func takeForWriting() -> Request? {
        guard phase == .ready, let request = returned.popFirst() ?? queued.popFirst() else {
            return nil
        }
        inFlight.append(request)
        return request
    }

    /// Counts a request of the handshake as written. False if there is no handshake.
    mutating func beginHandshake(_ request: Request) -> Bool {
        guard phase == .checking else { return false }
        inFlight.append(request)
        return true
    }

    /// Whose reply the next one is; nil if nobody waits for one.
    mutating func answered() -> Request? {
        inFlight.popFirst()
    }
}
