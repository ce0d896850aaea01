// What holds a connection back and what ends it: order, bounds, slow peers, the end.

import BudgetModel
import BudgetService
import NIOCore
import NIOEmbedded
import Testing

@testable import SocketAPI

private let held = requests("STATUS a.x", "PING", "STATUS b.x", "STATUS user CONFLICT")
private let null = "$-1\r\n"
private let conflict = "-CONFLICT as the user  asked\r\n"

@Suite struct FlowTests {
    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1], [2, 0, 1], [1, 0, 2]])
    func repliesKeepTheOrderOfRequests(_ order: [Int]) throws {
        let wire = try Wire()
        wire.executor.holds = true
        #expect(try wire.send(held) == "")
        var received = ""
        for index in order {
            wire.executor.answer(index)
            received += try wire.received()
        }
        #expect(received == null + "+PONG\r\n" + null + conflict)
    }

    @Test func aTicksRepliesAreOneWrite() throws {
        let wire = try Wire()
        let many = String(repeating: requests("PING", "STATUS a.x"), count: 50)
        try wire.channel.writeInbound(ByteBuffer(string: many))
        wire.channel.embeddedEventLoop.run()
        #expect(try wire.channel.readOutbound(as: ByteBuffer.self)?.readableBytes == 600)
        #expect(try wire.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test func aLongPipelineIsHeldBack() throws {
        var bounds = SocketBounds()
        bounds.maxUnanswered = 4
        let wire = try Wire(bounds: bounds)
        wire.executor.holds = true
        try wire.send(String(repeating: requests("STATUS a.x"), count: 10))
        #expect(wire.executor.requests.count == 4)
        wire.executor.answer(1)
        #expect(try wire.received() == "")
        #expect(wire.executor.requests.count == 4)
        wire.executor.answer(0)
        #expect(try wire.received() == null + null)
        #expect(wire.executor.requests.count == 6)
        for index in 2..<10 {
            wire.executor.answer(index)
            #expect(try wire.received() == null)
        }
    }

    @Test func repliesOfATickAreBounded() throws {
        var bounds = SocketBounds()
        bounds.maxUnwrittenBytes = 100
        let wire = try Wire(bounds: bounds)
        let echo = request("ECHO", String(repeating: "x", count: 60))
        try wire.channel.writeInbound(ByteBuffer(string: String(repeating: echo, count: 9)))
        wire.channel.embeddedEventLoop.run()
        var sizes: [Int] = []
        while let part = try wire.channel.readOutbound(as: ByteBuffer.self) {
            sizes.append(part.readableBytes)
        }
        #expect(sizes == [134, 134, 134, 134, 67])
    }

    @Test func aSlowReaderIsHeldBackThenClosed() throws {
        let wire = try Wire()
        wire.channel.isWritable = false
        wire.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try wire.send(requests("PING")) == "")
        wire.channel.isWritable = true
        wire.channel.pipeline.fireChannelWritabilityChanged()
        #expect(try wire.received() == "+PONG\r\n")
        wire.channel.isWritable = false
        wire.channel.pipeline.fireChannelWritabilityChanged()
        wire.channel.embeddedEventLoop.advanceTime(by: .seconds(60))
        wire.connections.closeOverdue()
        #expect(wire.isOpen)
        wire.channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        wire.connections.closeOverdue()
        #expect(!wire.isOpen)
    }

    @Test func aSlowSenderIsClosedAndAnIdleOneIsNot() throws {
        let wire = try Wire()
        wire.channel.embeddedEventLoop.advanceTime(by: .hours(9))
        wire.connections.closeOverdue()
        #expect(try wire.send("*1\r\n$4\r\nPI") == "")
        wire.channel.embeddedEventLoop.advanceTime(by: .seconds(50))
        #expect(try wire.send("NG\r\n*1\r\n") == "+PONG\r\n")
        wire.channel.embeddedEventLoop.advanceTime(by: .seconds(50))
        wire.connections.closeOverdue()
        #expect(try wire.send("$4\r\n") == "")
        wire.channel.embeddedEventLoop.advanceTime(by: .seconds(11))
        wire.connections.closeOverdue()
        #expect(!wire.isOpen)
    }

    @Test func theEndAnswersWhatIsInFlightAndTakesNoMore() throws {
        let wire = try Wire()
        wire.executor.holds = true
        try wire.send(requests("STATUS a.x", "PING"))
        #expect(wire.connections.drain().count == 1)
        #expect(try wire.send(requests("STATUS b.x")) == "")
        #expect(wire.isOpen)
        wire.executor.answer(0)
        #expect(try wire.received() == null + "+PONG\r\n")
        #expect(!wire.isOpen)
        #expect(wire.executor.requests.count == 1)
        #expect(wire.connections.counters.open == 0)
    }

    @Test func theEndClosesWhoeverIsIdle() throws {
        let wire = try Wire()
        try wire.send(requests("MULTI", "STATUS a.x"))
        _ = wire.connections.drain()
        #expect(try wire.received() == "")
        #expect(!wire.isOpen)
        #expect(wire.executor.requests.isEmpty)
    }

    @Test func aClientThatClosedItsSideGetsItsReplies() throws {
        var bounds = SocketBounds()
        bounds.maxUnanswered = 1
        let wire = try Wire(bounds: bounds)
        wire.executor.holds = true
        try wire.send(requests("STATUS a.x", "STATUS b.x"))
        wire.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        wire.executor.answer(0)
        #expect(try wire.received() == null)
        #expect(wire.isOpen)
        wire.executor.answer(1)
        #expect(try wire.received() == null)
        #expect(!wire.isOpen)
    }

    @Test func anAnswerAfterTheEndIsDropped() throws {
        let wire = try Wire()
        wire.executor.holds = true
        try wire.send(requests("STATUS a.x"))
        wire.connections.closeAll()
        wire.executor.answer(0)
        #expect(try wire.received() == "")
    }

    @Test func executeCompletedOnTheSpotKeepsTheOrder() throws {
        let wire = try Wire()
        #expect(
            try wire.send(requests("STATUS a.x", "PING", "MULTI", "STATUS a.x", "EXEC"))
                == null + "+PONG\r\n+OK\r\n+QUEUED\r\n*1\r\n" + null)
    }

    @Test func aTransactionsRepliesWaitForEachOther() throws {
        let wire = try Wire()
        wire.executor.holds = true
        let sent = requests("STATUS a.x", "MULTI", "STATUS b.x", "PING", "EXEC", "PING")
        #expect(try wire.send(sent) == "")
        wire.executor.answer(1)
        #expect(try wire.received() == "")
        wire.executor.answer(0)
        #expect(
            try wire.received()
                == null + "+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n" + null + "+PONG\r\n+PONG\r\n")
    }

    @Test func aTransactionIsBounded() throws {
        var bounds = SocketBounds()
        bounds.maxQueuedCommands = 2
        let wire = try Wire(bounds: bounds)
        let received = try wire.send(requests("MULTI", "PING", "PING", "PING", "EXEC", "PING"))
        #expect(
            received
                == "+OK\r\n+QUEUED\r\n+QUEUED\r\n-TOOLARGE MULTI queues at most 2 commands\r\n"
                + "-EXECABORT Transaction discarded because of previous errors.\r\n+PONG\r\n")
        bounds.maxQueuedCommands = 9
        bounds.maxQueuedBytes = 30
        let other = try Wire(bounds: bounds)
        #expect(
            try other.send(requests("MULTI", "PING", "PING", "PING", "DISCARD"))
                .contains("-TOOLARGE MULTI queues at most 30 bytes"))
    }
}
