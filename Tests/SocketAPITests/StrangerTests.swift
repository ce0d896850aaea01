// A connection whose socket doesn't say who it is, as it will be on TCP: nothing but HELLO, AUTH,
// RESET and QUIT until the credentials are right, and not for long.

import BudgetService
import Listeners
import NIOCore
import Testing

@testable import SocketAPI

private let check = TestAuthenticator()

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
        let wire = try Wire(role: nil, authenticator: check)
        #expect(try wire.send(requests(sent)) == received)
        #expect(wire.executor.requests.isEmpty)
    }

    @Test func helloNeedsCredentials() throws {
        let wire = try Wire(role: nil, authenticator: check)
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
        let wire = try Wire(role: nil, authenticator: check)
        let known = try Wire(role: nil, authenticator: check)
        try known.send(requests("AUTH secret"))
        for each in [wire, known] {
            try each.send(requests("PING"))
            each.channel.embeddedEventLoop.advanceTime(by: .seconds(11))
            each.connections.closeOverdue()
        }
        #expect(!wire.isOpen)
        #expect(known.isOpen)
    }

    @Test func aRevokedTokensConnectionEndsAtItsNextCommand() throws {
        let door = TestAuthenticator()
        let wire = try Wire(role: nil, authenticator: door)
        try wire.send(requests("AUTH secret", "MULTI", "RUN r"))
        door.change(to: .admin)
        #expect(try wire.send(requests("DISCARD", "LIMIT LIST")).hasPrefix("+OK\r\n*"))
        door.change(to: nil)
        #expect(wire.isOpen)
        #expect(
            try wire.send(requests("PING", "PING"))
                == "-NOAUTH the token of this connection was revoked or has expired\r\n")
        #expect(!wire.isOpen)
    }

    @Test func whatARevokedTokenQueuedIsNotDone() throws {
        let door = TestAuthenticator()
        let wire = try Wire(role: nil, authenticator: door)
        try wire.send(requests("AUTH secret", "MULTI", "RUN r"))
        door.change(to: nil)
        #expect(try wire.send(requests("EXEC")).hasPrefix("-NOAUTH"))
        #expect(wire.executor.requests.isEmpty)
    }

    @Test func tooManyFailuresAreToldToWait() throws {
        let door = TestAuthenticator()
        let wire = try Wire(role: nil, authenticator: door)
        #expect(
            try wire.send(requests("AUTH hasty", "HELLO 3 AUTH default hasty"))
                == String(
                    repeating: "-OVERLOADED this address gave wrong credentials too often; try "
                        + "again in 250 ms\r\n", count: 2))
    }

    /// Whoever may not do a thing is told so by every command, whatever is behind the verb.
    @Test(arguments: Command.allCases, Role.allCases)
    func everyCommandAsksForItsRole(_ command: Command, _ role: Role) throws {
        let wire = try Wire(role: role)
        let positions = String(repeating: " x", count: command.spec.positions.count)
        let answer = try wire.send(requests(command.rawValue + positions))
        let isRefused = answer.hasPrefix(
            "-NOPERM \(command.rawValue) needs the role \(command.spec.role.name), uid:1 pid:2 "
                + "has \(role.name)\r\n")
        #expect(isRefused == (role < command.spec.role), "\(answer)")
        #expect(wire.executor.requests.isEmpty == isRefused)
        let queued = try wire.send(requests("MULTI", command.rawValue + positions, "EXEC"))
        #expect(queued.contains("-NOPERM") == isRefused)
        if isRefused { #expect(queued.contains("-EXECABORT")) }
    }
}
