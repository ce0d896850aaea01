// The link's machine, every phase under every event, as a table.

import NIOCore
import Testing

@testable import RedisClient

/// A request without anything to tell.
struct FakeRequest: LinkQueueable, Equatable {
    var name: String
    var deadline = NIODeadline.uptimeNanoseconds(100)
}

typealias FakeState = LinkState<FakeRequest>

@Suite struct LinkStateTests {
    enum Event: CaseIterable {
        case connect, opened, accepted, drain, ended, close, take, handshake
    }

    /// A row is a phase; columns are the phase after each event, in the order of `Event`.
    static let table: [(FakeState.Phase, [FakeState.Phase])] = [
        (
            .disconnected,
            [
                .connecting, .disconnected, .disconnected, .disconnected, .disconnected, .closed,
                .disconnected, .disconnected,
            ]
        ),
        (
            .connecting,
            [
                .connecting, .checking, .connecting, .connecting, .disconnected, .closing,
                .connecting, .connecting,
            ]
        ),
        (
            .checking,
            [
                .checking, .checking, .ready, .checking, .disconnected, .closing, .checking,
                .checking,
            ]
        ),
        (.ready, [.ready, .ready, .ready, .draining, .disconnected, .closing, .ready, .ready]),
        (
            .draining,
            [
                .draining, .draining, .draining, .draining, .disconnected, .closing, .draining,
                .draining,
            ]
        ),
        (
            .closing,
            [.closing, .closing, .closing, .closing, .closed, .closing, .closing, .closing]
        ),
        (.closed, [.closed, .closed, .closed, .closed, .closed, .closed, .closed, .closed]),
    ]

    @Test(arguments: table) func phases(from: FakeState.Phase, to: [FakeState.Phase]) {
        for (event, expected) in zip(Event.allCases, to) {
            var state = Self.state(in: from)
            let changed = Self.apply(event, to: &state)
            #expect(state.phase == expected, "\(event)")
            switch event {
            case .connect, .opened, .accepted, .drain: #expect(changed == (from != expected))
            case .take: #expect(changed == (from == .ready))
            case .handshake: #expect(changed == (from == .checking))
            case .ended, .close: break
            }
        }
    }

    @Test(arguments: FakeState.Phase.allCases) func submitting(phase: FakeState.Phase) {
        var state = Self.state(in: phase)
        let before = state.waitingCount
        let submission = state.submit(FakeRequest(name: "new"))
        switch phase {
        case .ready: #expect(submission == .flush)
        case .closing, .closed: #expect(submission == .closed)
        case .disconnected, .connecting, .checking, .draining: #expect(submission == .wait)
        }
        let isTaken = phase != .closing && phase != .closed
        #expect(state.waitingCount == before + (isTaken ? 1 : 0))
        #expect(state.resubmit(FakeRequest(name: "again")) == isTaken)
        #expect(state.delay(FakeRequest(name: "later"), until: .now()) == isTaken)
    }

    /// A machine with one queued request, brought to a phase the way that a link brings it there.
    static func state(in phase: FakeState.Phase) -> FakeState {
        var state = FakeState(limit: 10)
        _ = state.submit(FakeRequest(name: "queued"))
        let way: [FakeState.Phase: [Event]] = [
            .disconnected: [], .connecting: [.connect], .checking: [.connect, .opened],
            .ready: [.connect, .opened, .accepted],
            .draining: [.connect, .opened, .accepted, .drain],
            .closing: [.connect, .opened, .accepted, .take, .close], .closed: [.close],
        ]
        for event in way[phase] ?? [] { _ = apply(event, to: &state) }
        precondition(state.phase == phase)
        return state
    }

    private static func apply(_ event: Event, to state: inout FakeState) -> Bool {
        switch event {
        case .connect: return state.connect()
        case .opened: return state.opened()
        case .accepted: return state.accepted()
        case .drain: return state.drain()
        case .take: return state.takeForWriting() != nil
        case .handshake: return state.beginHandshake(FakeRequest(name: "PING"))
        case .ended: return !state.connectionEnded().isEmpty
        case .close: return state.close().isOver
        }
    }
}
