// What happens when, on a loop whose time the test sets: one write a tick, deadlines, back-off.

import NIOCore
import Testing

@testable import RedisClient

@Suite struct TickTests {
    private let ping = "*1\r\n$4\r\nPING\r\n"
    private let get = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"

    private func ready() throws -> EmbeddedLink {
        let test = EmbeddedLink()
        #expect(try test.writes() == [ping])
        try test.receive("+PONG\r\n")
        #expect(test.link.status == .ready)
        return test
    }

    @Test func oneWriteATick() throws {
        let test = try ready()
        for _ in 0..<3 { test.send("GET", "a") }
        #expect(try test.writes().isEmpty)
        #expect(test.link.queuedCount == 3 && test.link.inFlightCount == 0)
        test.loop.run()
        #expect(try test.writes() == [get + get + get])
        #expect(test.link.inFlightCount == 3)
    }

    @Test func whatCallbacksSendGoesWithTheEndOfTheBurst() throws {
        let test = try ready()
        var bursts = 0
        test.link.onReadComplete = {
            bursts += 1
            test.send("GET", "a")
        }
        for _ in 0..<2 {
            test.link.send(RedisCommand("GET", "a"), deadline: test.loop.now + .seconds(1)) { _ in
                test.send("GET", "a")
            }
        }
        test.loop.run()
        _ = try test.writes()
        try test.receive(":1\r\n:2\r\n")
        #expect(bursts == 1)
        #expect(try test.writes() == [get + get + get])
        test.link.onReadComplete = nil
    }

    @Test func whatWasNotWrittenIsUnavailableAndWaitsNoLonger() throws {
        let test = EmbeddedLink()
        test.send("GET", "a", within: .milliseconds(50))
        test.loop.advanceTime(by: .milliseconds(49))
        #expect(test.outcomes.isEmpty)
        test.loop.advanceTime(by: .milliseconds(1))
        #expect(test.outcomes == [.failure(.unavailable(.deadlineBeforeSending))])
        try test.receive("+PONG\r\n")
        test.loop.run()
        #expect(try test.writes() == [ping])
    }

    @Test func aPassedDeadlineTakesTheConnectionWithIt() throws {
        let test = try ready()
        test.send("GET", "a", within: .milliseconds(80))
        test.send("GET", "a", within: .milliseconds(30))
        test.loop.run()
        _ = try test.writes()
        let first = test.channel
        test.loop.advanceTime(by: .milliseconds(30))
        #expect(
            test.outcomes == [
                .failure(.outcomeUnknown(.discarded)), .failure(.outcomeUnknown(.timedOut)),
            ])
        #expect(!first.isActive)
        test.send("GET", "a")
        test.loop.advanceTime(by: .milliseconds(10))
        #expect(test.channel !== first)
        #expect(try test.writes() == [ping])
        try test.receive("+PONG\r\n")
        test.loop.run()
        #expect(try test.writes() == [get])
    }

    @Test func aConnectionThatIsNotReadyInTimeIsLeft() throws {
        let test = EmbeddedLink()
        let first = test.channel
        test.loop.advanceTime(by: .milliseconds(1999))
        #expect(first.isActive)
        test.loop.advanceTime(by: .milliseconds(1))
        #expect(!first.isActive)
        test.loop.advanceTime(by: .milliseconds(10))
        #expect(test.connector.channels.count == 2)
    }

    @Test func postponedRequestsKeepTheirOrderAndTheirDeadline() throws {
        let test = try ready()
        test.send("GET", "a")
        test.send("GET", "b", within: .milliseconds(18))
        test.loop.run()
        _ = try test.writes()
        try test.receive("-BUSY a\r\n-BUSY b\r\n")
        #expect(try test.writes().isEmpty && test.link.queuedCount == 2)
        test.loop.advanceTime(by: .milliseconds(10))
        let written = try test.writes().joined()
        #expect(written == get + "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n")
        // The next try would come after 10 ms at the earliest, behind the second one's deadline.
        try test.receive("-BUSY c\r\n-BUSY d\r\n")
        #expect(
            test.outcomes == [
                .failure(.unavailable(.later(RedisErrorReply(line: "BUSY d"))))
            ])
    }
}
