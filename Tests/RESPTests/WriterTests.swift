// The writers, byte for byte, in both protocol versions.

import NIOCore
import RESP
import Testing

@Suite struct WriterTests {
    private func written(
        _ version: ProtocolVersion, _ body: (inout ReplyWriter) -> Void
    ) -> String {
        var writer = ReplyWriter(protocolVersion: version)
        body(&writer)
        return String(buffer: writer.buffer)
    }

    @Test(arguments: [ProtocolVersion.resp2, .resp3])
    func whatBothVersionsShare(version: ProtocolVersion) {
        #expect(written(version) { $0.simple("OK") } == "+OK\r\n")
        #expect(written(version) { $0.error("BADARG a\r\nb") } == "-BADARG a  b\r\n")
        #expect(written(version) { $0.bulk("é") } == "$2\r\né\r\n")
        #expect(written(version) { $0.bulk("allow" as StaticString) } == "$5\r\nallow\r\n")
        #expect(written(version) { $0.bulk([65, 66]) } == "$2\r\nAB\r\n")
        #expect(written(version) { $0.bulk(ByteBuffer(string: "xy")) } == "$2\r\nxy\r\n")
        #expect(written(version) { $0.bulk("") } == "$0\r\n\r\n")
        #expect(written(version) { $0.bulk(decimal: -17) } == "$3\r\n-17\r\n")
        #expect(written(version) { $0.array(count: 10) } == "*10\r\n")
    }

    @Test func whatTheyHaveApart() {
        #expect(written(.resp2) { $0.null() } == "$-1\r\n")
        #expect(written(.resp3) { $0.null() } == "_\r\n")
        #expect(written(.resp2) { $0.map(count: 3) } == "*6\r\n")
        #expect(written(.resp3) { $0.map(count: 3) } == "%3\r\n")
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, -1, -10, 1_000_000, .max, .min, 1 << 53])
    func integers(value: Int) {
        #expect(written(.resp2) { $0.integer(value) } == ":\(value)\r\n")
        #expect(written(.resp2) { $0.integer(-1 - value) } == ":\(-1 - value)\r\n")
    }

    @Test func anErrorLeavesEarlierBytesAlone() {
        #expect(
            written(.resp2) {
                $0.simple("OK"); $0.error("E\n")
            } == "+OK\r\n-E \r\n")
    }

    @Test func commands() {
        var writer = CommandWriter()
        writer.begin(argumentCount: 6)
        writer.argument("SET" as StaticString)
        writer.argument("kéy")
        writer.argument(-5)
        writer.argument([0, 13])
        writer.argument(ByteBuffer(string: "b"))
        writer.encodedArguments(ByteBuffer(string: "$1\r\nz\r\n"))
        let expected =
            "*6\r\n$3\r\nSET\r\n$4\r\nkéy\r\n$2\r\n-5\r\n$2\r\n\0\r\r\n$1\r\nb\r\n$1\r\nz\r\n"
        #expect(String(buffer: writer.buffer) == expected)
    }
}
