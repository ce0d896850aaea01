// What clients send when they connect, as recorded, and that none of it is fatal to them.

import Testing

@Suite struct OpeningTests {
    /// go-redis v9: HELLO, then the name and version of the library in a pipeline.
    @Test func goRedis() throws {
        let wire = try Wire()
        #expect(try wire.send("*2\r\n$5\r\nhello\r\n$1\r\n3\r\n").hasPrefix("%7\r\n"))
        let received = try wire.send(
            "*4\r\n$6\r\nclient\r\n$7\r\nsetinfo\r\n$8\r\nlib-name\r\n"
                + "$19\r\ngo-redis(,go1.22.0)\r\n"
                + "*4\r\n$6\r\nclient\r\n$7\r\nsetinfo\r\n$7\r\nlib-ver\r\n$5\r\n9.5.1\r\n")
        #expect(received == "+OK\r\n+OK\r\n")
        #expect(try wire.send("*1\r\n$4\r\nping\r\n") == "+PONG\r\n")
    }

    /// ioredis 5: INFO is its ready check, which reads `loading`; SETINFO beside it.
    @Test func ioredis() throws {
        let wire = try Wire()
        let received = try wire.send(
            "*1\r\n$4\r\ninfo\r\n*4\r\n$6\r\nclient\r\n$7\r\nSETINFO\r\n$8\r\nLIB-NAME\r\n"
                + "$7\r\nioredis\r\n*4\r\n$6\r\nclient\r\n$7\r\nSETINFO\r\n$7\r\nLIB-VER\r\n"
                + "$5\r\n5.4.1\r\n")
        #expect(received.contains("redis_version:7\r\n"))
        #expect(received.hasSuffix("\r\n+OK\r\n+OK\r\n"))
    }

    /// redis-py 8.1 on a unix socket, with and without a password in its URL.
    @Test func redisPy() throws {
        let wire = try Wire()
        let hello = "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n"
        #expect(try wire.send(hello).hasPrefix("%7\r\n"))
        let names = requests(
            "CLIENT SETINFO LIB-NAME redis-py", "CLIENT SETINFO LIB-VER 8.1.0", "SELECT 0")
        #expect(try wire.send(names) == "+OK\r\n+OK\r\n+OK\r\n")
        #expect(try Wire().send(requests("HELLO 3 AUTH default x")).hasPrefix("%7\r\n"))
    }
}
