// Faults of the wire, by a scripted server: replies in single bytes, ends in the middle, replies
// that nobody asked for, handshakes that fail.

import Glibc
import NIOCore
import RESP
import TestSupport
import Testing

@testable import RedisClient

@Suite struct FaultTests {
    private let get = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"

    @Test func repliesByteByByte() throws {
        let server = ScriptedServer()
        let link = try LinkHarness(server.path)
        server.acceptReady()
        let pending = try link.begin([["GET", "a"], ["GET", "a"]])
        #expect(server.expect(get + get))
        for byte in "*2\r\n:-1\r\n*1\r\n$4\r\na\r\nb\r\n-ERR x y\r\n".utf8 {
            server.send(String(decoding: [byte], as: UTF8.self))
            _ = try link.onLoop { $0.inFlightCount }
        }
        #expect(
            try pending[0].wait()
                == .success(.array([.integer(-1), .array([.string("a\r\nb")])])))
        #expect(
            try pending[1].wait() == .success(.error(RedisErrorReply(line: "ERR x y"))))
        try link.close()
    }

    /// Ends after a reply and a half: the first was answered, the others are in doubt, and what
    /// wasn't written goes to the next connection.
    @Test(arguments: [true, false]) func endsInTheMiddle(half: Bool) throws {
        let server = ScriptedServer()
        let link = try LinkHarness(server.path)
        server.acceptReady()
        let pending = try link.begin([["GET", "a"], ["GET", "a"], ["GET", "a"]])
        #expect(server.expect(get + get + get))
        server.send("$1\r\nx\r\n$5\r\nab")
        if half { server.halfClose() } else { server.hangUp() }
        #expect(try pending[0].wait() == .success(.string("x")))
        for result in pending[1...] {
            let outcome = try result.wait()
            guard case .failure(.outcomeUnknown(.connectionLost)) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
        let next = try link.begin([["GET", "a"]])
        server.acceptReady()
        #expect(server.expect(get))
        server.send("$1\r\ny\r\n")
        #expect(try next[0].wait() == .success(.string("y")))
        try link.close()
    }

    @Test(arguments: ["?\r\n", "*2\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"])
    func garbageEndsTheConnection(reply: String) throws {
        let server = ScriptedServer()
        let link = try LinkHarness(server.path)
        server.acceptReady()
        let pending = try link.begin([["GET", "a"]])
        #expect(server.expect(get))
        server.send(reply)
        let outcome = try pending[0].wait()
        guard case .failure(.outcomeUnknown(.protocolError)) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(server.seesEnd())
        try link.close()
    }

    @Test func aReplyTooManyEndsTheConnection() throws {
        let server = ScriptedServer()
        let link = try LinkHarness(server.path)
        server.acceptReady()
        let pending = try link.begin([["GET", "a"]])
        #expect(server.expect(get))
        server.send("$1\r\nx\r\n$1\r\ny\r\n")
        #expect(try pending[0].wait() == .success(.string("x")))
        #expect(server.seesEnd())
        let next = try link.begin([["GET", "a"]])
        server.acceptReady()
        #expect(server.expect(get))
        server.send("$1\r\nz\r\n")
        #expect(try next[0].wait() == .success(.string("z")))
        try link.close()
    }

    @Test func aLateReplyAnswersNobody() throws {
        let server = ScriptedServer()
        let link = try LinkHarness(server.path)
        server.acceptReady()
        let late = try link.begin([["GET", "a"]], within: .milliseconds(30))
        #expect(server.expect(get))
        #expect(try late[0].wait() == .failure(.outcomeUnknown(.timedOut)))
        server.send("$4\r\nlate\r\n")
        let next = try link.begin([["GET", "a"]])
        server.acceptReady()
        #expect(server.expect(get))
        server.send("$4\r\nnext\r\n")
        #expect(try next[0].wait() == .success(.string("next")))
        try link.close()
    }

    @Test func aHandshakeThatFailsIsTriedAgainAndNoRequestIsWritten() throws {
        let server = ScriptedServer()
        let link = try LinkHarness(server.path)
        let pending = try link.begin([["GET", "a"]])
        for reply in ["-LOADING wait\r\n", "-NOAUTH no\r\n", "$4\r\nPONG\r\n"] {
            server.accept()
            #expect(server.expect("*1\r\n$4\r\nPING\r\n"))
            server.send(reply)
            #expect(server.seesEnd())
        }
        server.acceptReady()
        #expect(server.expect(get))
        server.send("$-1\r\n")
        #expect(try pending[0].wait() == .success(.null))
        try link.close()
    }

    @Test func theCheckDecidesWhetherAConnectionIsUsed() throws {
        let server = ScriptedServer()
        let link = try LinkHarness(
            server.path,
            prepare: { link in
                link.onConnect = { handshake, decide in
                    handshake.send(RedisCommand("ROLE")) { reply in
                        let isMaster = (try? reply.get())?.string == "master"
                        decide(isMaster ? .accept : .refuse("no master"))
                    }
                }
            })
        let pending = try link.begin([["GET", "a"]])
        for role in ["slave", "master"] {
            server.acceptReady()
            #expect(server.expect("*1\r\n$4\r\nROLE\r\n"))
            server.send("+\(role)\r\n")
            if role == "slave" { #expect(server.seesEnd()) }
        }
        #expect(server.expect(get))
        server.send(":1\r\n")
        #expect(try pending[0].wait() == .success(.integer(1)))
        try link.close()
    }
}
