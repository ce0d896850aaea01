// What clients send when they connect and say PING, byte for byte as they sent it, each line one
// write, and that none of it is fatal to them. Recorded on a unix socket between the client and a
// budgetd; go-redis and ioredis went on to RESERVE, an error, MULTI and a pipeline, and got what
// they should. Those two were built from the source of their tagged versions, since neither npm nor
// the Go module proxy could be reached; of ioredis's packages, debug and standard-as-callback were
// stand-ins, and neither of them touches the connection.

import Testing

/// What one client sends, and how each write is answered.
struct Opening: Sendable, CustomTestStringConvertible {
    let client: String
    let exchange: [(sent: String, received: String)]

    var testDescription: String { client }
}

private let hello3 =
    "%7\r\n$6\r\nserver\r\n$7\r\nbudgetd\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n"
    + "$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n"
    + "$7\r\nmodules\r\n*0\r\n"
private let ok = "+OK\r\n"
private let pong = "+PONG\r\n"
/// Go on without it, it says to go-redis, whose default is `auto`.
private let noNotifications =
    "-ERR unknown subcommand or wrong number of arguments for 'client maint_notifications'\r\n"
/// What `Wire` tells; ioredis's ready check looks for `loading` in it.
private let information = "$51\r\n# Server\r\nredis_version:7\r\n\r\n# Budget\r\npolicy:abc\r\n\r\n"

private let goRedis = "go-redis 9.22.0 (Go 1.24.4)"
private let goRedisNames =
    "*4\r\n$6\r\nclient\r\n$7\r\nsetinfo\r\n$8\r\nLIB-NAME\r\n$19\r\ngo-redis(,go1.24.4)\r\n"
    + "*4\r\n$6\r\nclient\r\n$7\r\nsetinfo\r\n$7\r\nLIB-VER\r\n$6\r\n9.22.0\r\n"
private let goRedisNotifications =
    "*5\r\n$6\r\nclient\r\n$19\r\nmaint_notifications\r\n$2\r\non\r\n"
    + "$20\r\nmoving-endpoint-type\r\n$11\r\nexternal-ip\r\n"

private let openings: [Opening] = [
    Opening(
        client: goRedis,
        exchange: [
            ("*2\r\n$5\r\nhello\r\n$1\r\n3\r\n", hello3), (goRedisNotifications, noNotifications),
            (goRedisNames, ok + ok), ("*1\r\n$4\r\nping\r\n", pong),
        ]),
    Opening(
        client: goRedis + ", user, password and client name",
        exchange: [
            (
                "*7\r\n$5\r\nhello\r\n$1\r\n3\r\n$4\r\nauth\r\n$7\r\ndefault\r\n$1\r\nx\r\n"
                    + "$7\r\nsetname\r\n$1\r\nw\r\n", hello3
            ),
            ("*3\r\n$6\r\nclient\r\n$7\r\nsetname\r\n$1\r\nw\r\n", ok),
            (goRedisNotifications, noNotifications), (goRedisNames, ok + ok),
            ("*1\r\n$4\r\nping\r\n", pong),
        ]),
    Opening(
        client: "ioredis 5.11.1",
        exchange: [
            (setInfo("LIB-NAME", "ioredis"), ok), (setInfo("LIB-VER", "5.11.1"), ok),
            ("*1\r\n$4\r\ninfo\r\n", information), ("*1\r\n$4\r\nping\r\n", pong),
        ]),
    Opening(
        client: "ioredis 5.11.1, user, password and connection name",
        exchange: [
            (
                "*3\r\n$4\r\nauth\r\n$7\r\ndefault\r\n$1\r\nx\r\n"
                    + "*3\r\n$6\r\nclient\r\n$7\r\nsetname\r\n$1\r\nw\r\n"
                    + setInfo("LIB-NAME", "ioredis") + setInfo("LIB-VER", "5.11.1"),
                ok + ok + ok + ok
            ),
            ("*1\r\n$4\r\ninfo\r\n", information), ("*1\r\n$4\r\nping\r\n", pong),
        ]),
    Opening(
        client: "ioredis 6.0.0",
        exchange: [
            ("*2\r\n$5\r\nhello\r\n$1\r\n3\r\n", hello3),
            (setInfo("LIB-VER", "6.0.0"), ok), (setInfo("LIB-NAME", "ioredis"), ok),
            ("*1\r\n$4\r\ninfo\r\n", information), ("*1\r\n$4\r\nping\r\n", pong),
        ]),
    Opening(
        client: "ioredis 6.0.0, user, password and connection name",
        exchange: [
            ("*5\r\n$5\r\nhello\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$1\r\nx\r\n", hello3),
            ("*3\r\n$6\r\nclient\r\n$7\r\nsetname\r\n$1\r\nw\r\n", ok),
            (setInfo("LIB-VER", "6.0.0"), ok), (setInfo("LIB-NAME", "ioredis"), ok),
            ("*1\r\n$4\r\ninfo\r\n", information), ("*1\r\n$4\r\nping\r\n", pong),
        ]),
    Opening(
        client: "redis-py 8.1.0",
        exchange: [
            ("*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n", hello3),
            (setInfo("LIB-NAME", "redis-py", "CLIENT"), ok),
            (setInfo("LIB-VER", "8.1.0", "CLIENT"), ok), ("*1\r\n$4\r\nPING\r\n", pong),
        ]),
    Opening(
        client: "redis-py 8.1.0, user, password and client name",
        exchange: [
            ("*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$7\r\ndefault\r\n$1\r\nx\r\n", hello3),
            ("*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\nw\r\n", ok),
            (setInfo("LIB-NAME", "redis-py", "CLIENT"), ok),
            (setInfo("LIB-VER", "8.1.0", "CLIENT"), ok), ("*1\r\n$4\r\nPING\r\n", pong),
        ]),
]

private func setInfo(_ field: String, _ value: String, _ verb: String = "client") -> String {
    request(verb, "SETINFO", field, value)
}

@Suite struct OpeningTests {
    @Test(arguments: openings) func isAnswered(_ opening: Opening) throws {
        let wire = try Wire()
        for (sent, received) in opening.exchange {
            #expect(try wire.send(sent) == received)
        }
        #expect(wire.isOpen)
        if opening.client.hasSuffix("name") {
            #expect(try wire.send(requests("CLIENT GETNAME")) == "$1\r\nw\r\n")
        }
    }

    /// Whatever the network does to the writes.
    @Test(arguments: openings) func isAnsweredInOnePiece(_ opening: Opening) throws {
        let sent = opening.exchange.map(\.sent).joined()
        #expect(try Wire().send(sent) == opening.exchange.map(\.received).joined())
    }
}
