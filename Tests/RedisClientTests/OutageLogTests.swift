// What the log says of a Redis that is gone: that it is, and why, not each attempt to reach it.

import NIOCore
import TestSupport
import Testing

@testable import RedisClient

@Suite struct OutageLogTests {
    @Test func anOutageIsToldOnceAndAgainWhenItLasts() throws {
        let log = LineCollector()
        let test = EmbeddedLink { $0.logger = log.logger() }
        // Whoever connects gets no answer; each attempt takes up to three seconds.
        test.loop.advanceTime(by: .seconds(55))
        #expect(test.connector.channels.count > 15)
        let line = "warning redis connection ended endpoint=unix:/embedded failed_attempts="
        #expect(log.lines == [line + "1 reason=not ready in time"])
        test.loop.advanceTime(by: .seconds(10))
        #expect(log.lines.count == 2)
        #expect(log.lines[1].contains(/failed_attempts=2\d reason=not ready in time/))
        // Another reason is news at once, and so is whatever comes behind a connection that served.
        test.loop.advanceTime(by: .seconds(2))
        while !test.channel.isActive { test.loop.advanceTime(by: .milliseconds(100)) }
        try test.receive("+PONG\r\n")
        #expect(test.link.status == .ready)
        for count in 3...4 {
            test.channel.close(promise: nil)
            test.loop.run()
            #expect(log.lines.count == count)
            #expect(log.lines[count - 1] == line + "1 reason=Redis closed the connection")
            test.loop.advanceTime(by: .milliseconds(10))
            try test.receive("+PONG\r\n")
            #expect(test.link.status == .ready)
        }
    }
}
