// The state by itself: what each phase makes of each event, and replies in any order of answers.

import BudgetModel
import BudgetService
import NIOCore
import RESP
import Testing

@testable import SocketAPI

private func decoded(_ line: String) throws -> Request {
    var decoder = RequestDecoder()
    var bytes = ByteBuffer(string: requests(line))
    decoder.feed(&bytes)
    return try #require(try decoder.next())
}

/// What an action is, in one word.
private func kind(_ action: ConnectionAction) -> String {
    switch action {
    case .reply(.error(let error)): error.code.rawValue
    case .reply(.word(let word)): "\(word)"
    case .reply: "value"
    case .execute: "execute"
    case .report: "report"
    case .subscribe: "subscribe"
    case .unsubscribe: "unsubscribe"
    case .reset: "reset"
    case .transaction(let actions) where actions.isEmpty: "-"
    case .transaction(let actions): actions.map(kind).joined(separator: "+")
    }
}

private let events = [
    "PING", "STATUS x", "RUN x", "COMMIT", "NOPE", "INFO", "MULTI", "EXEC", "DISCARD", "WATCH k",
    "HELLO 2", "RESET", "QUIT",
]

/// A row: the requests before, what each event gives after them.
private let matrix: [(before: [String], actions: String)] = [
    ([], "pong execute NOPERM BADARG ERR report ok ERR ERR ERR value reset ok"),
    (
        ["MULTI"],
        "queued queued NOPERM BADARG ERR queued ERR - ok ERR ERR reset ok"
    ),
    (
        ["MULTI", "STATUS x", "PING"],
        "queued queued NOPERM BADARG ERR queued ERR execute+pong ok ERR ERR reset ok"
    ),
    (
        ["MULTI", "NOPE"],
        "queued queued NOPERM BADARG ERR queued ERR EXECABORT ok ERR ERR reset ok"
    ),
    (
        ["MULTI", "DISCARD"],
        "pong execute NOPERM BADARG ERR report ok ERR ERR ERR value reset ok"
    ),
]

@Suite struct ConnectionStateTests {
    @Test(arguments: matrix.indices) func stateByEvent(_ index: Int) throws {
        let row = matrix[index]
        let expected = row.actions.split(separator: " ")
        for (event, action) in zip(events, expected) {
            var state = ConnectionState(
                id: 1, settings: ConnectionSettings(),
                peer: Caller(role: .worker, name: "uid:1"))
            for line in row.before { _ = state.receive(try decoded(line), check: check) }
            #expect(kind(state.receive(try decoded(event), check: check)) == action, "\(event)")
            #expect(state.phase == (event == "QUIT" ? .closing : .open))
        }
        #expect(expected.count == events.count)
    }

    @Test func afterTheEndNoRequestIsTaken() {
        var state = ConnectionState(id: 1, settings: ConnectionSettings(), peer: nil)
        #expect(state.takesRequests(unwrittenBytes: 0))
        #expect(!state.takesRequests(unwrittenBytes: 1024 * 1024))
        let ticket = state.replies.reserve(.resp2)
        state.close()
        #expect(!state.takesRequests(unwrittenBytes: 0))
        #expect(!state.isFinished)
        state.replies.answer(ticket, .ok)
        _ = state.replies.next()
        #expect(state.isFinished)
    }

    @Test func repliesInAnyOrderOfAnswers() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var queue = ReplyQueue()
            let tickets = (0..<20).map { _ in queue.reserve(.resp3) }
            var numbers: [Reply] = []
            for ticket in tickets.shuffled(using: &generator) {
                queue.answer(ticket, .value(.integer(ticket)))
                while let (reply, _) = queue.next() { numbers.append(reply) }
            }
            #expect(numbers == tickets.map { .value(.integer($0)) })
            #expect(queue.isEmpty)
        }
    }

    @Test(
        arguments: [
            (60, 60, 10, nil), (61, 0, 0, .reading), (0, 61, 0, .request), (0, 0, 11, .handshake),
            (61, 61, 61, .reading),
        ] as [(Int64, Int64, Int64, ConnectionDeadlines.Overdue?)])
    func deadlines(
        _ unread: Int64, _ request: Int64, _ stranger: Int64,
        _ overdue: ConnectionDeadlines.Overdue?
    ) {
        let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        var deadlines = ConnectionDeadlines()
        #expect(deadlines.overdue(at: now, bounds: SocketBounds()) == nil)
        deadlines.unreadSince = now - .seconds(unread)
        deadlines.requestSince = now - .seconds(request)
        deadlines.strangerSince = now - .seconds(stranger)
        #expect(deadlines.overdue(at: now, bounds: SocketBounds()) == overdue)
    }
}

/// As a house without names of its own checks.
private func check(_ request: CommandRequest) throws(BudgetError) {
    try request.check(aliases: [:])
}
