// The tests' own decoder: each type, each cut.

import NIOCore
import RESP
import Testing

@Suite struct RESPValueTests {
    static let rows: [(String, RESPValue)] = [
        ("+OK\r\n", .simple("OK")),
        ("-ERR no\r\n", .error("ERR no")),
        (":-7\r\n", .integer(-7)),
        ("$4\r\na\r\nb\r\n", .bulk("a\r\nb")),
        ("$0\r\n\r\n", .bulk("")),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("_\r\n", .null),
        (",1.5\r\n", .double(1.5)),
        (",inf\r\n", .double(.infinity)),
        ("#t\r\n", .boolean(true)),
        ("(12345678901234567890\r\n", .bigNumber("12345678901234567890")),
        ("=6\r\ntxt:hi\r\n", .verbatim(format: "txt", text: "hi")),
        ("!5\r\nERR x\r\n", .error("ERR x")),
        ("*0\r\n", .array([])),
        ("*2\r\n*1\r\n:1\r\n*0\r\n", .array([.array([.integer(1)]), .array([])])),
        (
            "%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n%0\r\n",
            .map([
                .init(key: .bulk("a"), value: .integer(1)), .init(key: .bulk("b"), value: .map([])),
            ])
        ),
        ("~1\r\n:1\r\n", .array([.integer(1)])),
    ]

    @Test(arguments: rows) func everyCut(text: String, value: RESPValue) throws {
        let bytes = Array((text + ":99\r\n").utf8)
        for size in 1...bytes.count {
            var decoder = RESPValueDecoder()
            var values: [RESPValue] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                var piece = ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)])
                decoder.feed(&piece)
                while let next = try decoder.next() { values.append(next) }
            }
            #expect(values == [value, .integer(99)], "pieces of \(size)")
        }
    }

    @Test(arguments: ["x\r\n", ":a\r\n", "$x\r\n", "$-2\r\n", "$1\r\nabc", "#x\r\n"])
    func garbage(text: String) {
        var decoder = RESPValueDecoder()
        var bytes = ByteBuffer(string: text)
        decoder.feed(&bytes)
        #expect(throws: RESPValueDecodingError.self) { try decoder.next() }
    }

    @Test func aMapReadsAlikeInBothVersions() throws {
        for version in [ProtocolVersion.resp2, .resp3] {
            var writer = ReplyWriter(protocolVersion: version)
            writer.map(count: 2)
            writer.bulk("decision")
            writer.bulk("allow")
            writer.bulk("seq")
            writer.integer(3)
            var decoder = RESPValueDecoder()
            decoder.feed(&writer.buffer)
            let value = try #require(try decoder.next())
            #expect(value["decision"]?.string == "allow")
            #expect(value["seq"]?.integer == 3)
            #expect(value["none"] == nil)
        }
        #expect(RESPValue.error("BADARG no").errorCode == "BADARG")
        #expect(RESPValue.array([.null])[0]?.isNull == true)
        #expect(RESPValue.array([])[0] == nil)
    }
}
