// A connection whose socket doesn't say who it is, as it will be on TCP: nothing but HELLO, AUTH,
// RESET and QUIT until the credentials are right, and not for long.

import BudgetService
import NIOCore
import Testing

@testable import SocketAPI

private let check: Authenticate = { credentials in
    credentials == Credentials(user: "default", password: "secret")
        ? Caller(role: .ops, name: "token:a") : nil
}

@Suite struct StrangerTests {
    @Test(arguments: [
        ("PING", "-NOAUTH Authentication required.\r\n"),
        ("RELEASE t.x", "-NOAUTH Authentication required.\r\n"),
        ("NOPE", "-NOAUTH Authentication required.\r\n"),
        ("MULTI", "-NOAUTH Authentication required.\r\n"),
        ("AUTH wrong", "-WRONGPASS invalid username-password pair or user is disabled.\r\n"),
        ("AUTH secret", "+OK\r\n"),
        ("AUTH default secret", "+OK\r\n"),
        ("RESET", "+RESET\r\n"),
    ])
    func mayDoLittle(_ sent: String, _ received: String) throws {
        let wire = try Wire(role: nil, authenticate: check)
        #expect(try wire.send(requests(sent)) == received)
        #expect(wire.executor.requests.isEmpty)
    }

    @Test func helloNeedsCredentials() throws {
        let wire = try Wire(role: nil, authenticate: check)
        #expect(try wire.send(requests("HELLO 3")).hasPrefix("-NOAUTH HELLO must be called"))
        #expect(try wire.send(requests("HELLO 3 AUTH default x")).hasPrefix("-WRONGPASS"))
        #expect(try wire.send(requests("HELLO 3 AUTH default secret")).hasPrefix("%7\r\n"))
        #expect(try wire.send(requests("RUN r")).hasPrefix("%3\r\n"))
        #expect(wire.executor.requests.first?.caller == Caller(role: .ops, name: "token:a"))
        #expect(
            try wire.send(requests("RESET", "PING"))
                == "+RESET\r\n-NOAUTH Authentication required.\r\n")
    }

    @Test func isClosedAfterAWhile() throws {
        let wire = try Wire(role: nil, authenticate: check)
        let known = try Wire(role: nil, authenticate: check)
        try known.send(requests("AUTH secret"))
        for each in [wire, known] {
            try each.send(requests("PING"))
            each.channel.embeddedEventLoop.advanceTime(by: .seconds(11))
            each.connections.closeOverdue()
        }
        #expect(!wire.isOpen)
        #expect(known.isOpen)
    }
}
