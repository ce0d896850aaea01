// The decoder as a table: bytes in, requests and errors out; and every row again under every cut.

import Fuzz
import NIOCore
import RESP
import Testing

/// Bytes of a client and what they mean under `narrow` bounds.
struct DecodingCase: Sendable, CustomTestStringConvertible {
    var bytes: String
    var events: [DecodedEvent]
    var testDescription: String { bytes.prefix(40).debugDescription }

    init(_ bytes: String, _ events: DecodedEvent...) {
        self.bytes = bytes
        self.events = events
    }
}

let narrow = RequestBounds(
    maxArguments: 4, maxArgumentBytes: 10, maxFrameBytes: 50, maxInlineBytes: 24)

private let ping = DecodedEvent.request(["PING"])
private let multibulk = DecodedEvent.violation("invalid multibulk length")
private let bulk = DecodedEvent.violation("invalid bulk length")
private let unended = DecodedEvent.violation("expected a line end after an argument")
private let unbalanced = DecodedEvent.violation("unbalanced quotes in request")

let corpus: [DecodingCase] = [
    DecodingCase(""),
    DecodingCase("*1\r\n$4\r\nPING\r\n", ping),
    DecodingCase("*2\r\n$3\r\nGET\r\n$0\r\n\r\n", .request(["GET", ""])),
    DecodingCase("*2\r\n$1\r\na\r\n$4\r\n\r\n*1\r\n", .request(["a", "\r\n*1"])),
    DecodingCase("*1\r\n$3\r\n\u{fc}x\r\n", .request(["\u{fc}x"])),
    DecodingCase("*0\r\n*1\r\n$4\r\nPING\r\n", ping),
    DecodingCase("\r\n\n\r\n*1\r\n$4\r\nPING\r\n\r\nPING\r\n", ping, ping),
    DecodingCase(
        "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n*1\r\n$1\r\nx", ping,
        .request(["ECHO", "hi"])),
    // inline
    DecodingCase("PING\r\nPING\n  PING  \r\n \t \r\n", ping, ping, ping),
    DecodingCase("SET 'a b' \"c\\n\\x41\"\r\n", .request(["SET", "a b", "c\nA"])),
    DecodingCase("a \"\" 'it\\'s' \"\\\"\"\r\n", .request(["a", "", "it's", "\""])),
    DecodingCase("a 'b\r\nPING\r\n", unbalanced),
    DecodingCase("a \"b\"c\r\n", unbalanced),
    DecodingCase("\rPING\r\n", ping),
    DecodingCase("a b c d e\r\nPING\r\n", .tooLarge(arguments(5)), ping),
    DecodingCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", .violation("too big inline request")),
    // past a bound: skipped, then on
    DecodingCase(
        "*2\r\n$1\r\na\r\n$11\r\n*1\r\n$4\r\nabc\r\n*1\r\n$4\r\nPING\r\n", .tooLarge(argument(11)),
        ping),
    DecodingCase(
        "*5\r\n$1\r\na\r\n$0\r\n\r\n$1\r\nc\r\n$1\r\nd\r\n$90\r\n\(longText)\r\nPING\r\n",
        .tooLarge(arguments(5)), ping),
    DecodingCase(
        "*4\r\n$9\r\n123456789\r\n$9\r\n123456789\r\n$9\r\n123456789\r\n$0\r\n\r\nPING\r\n",
        .tooLarge("the request has more than 50 bytes"), ping),
    DecodingCase("*1\r\n$11\r\n12345678901\rx", unended),
    // garbage
    DecodingCase("*-1\r\n", multibulk),
    DecodingCase("*x\r\n", multibulk),
    DecodingCase("*\r\n", multibulk),
    DecodingCase("*1\rx", multibulk),
    DecodingCase("*1\n", multibulk),
    DecodingCase("*1048577\r\n", multibulk),
    DecodingCase("*99999999999999999999", multibulk),
    DecodingCase("*1\r\n$-1\r\n", bulk),
    DecodingCase("*1\r\n$536870913\r\n", bulk),
    DecodingCase("*1\r\n$4x\r\n", bulk),
    DecodingCase("*1\r\n:1\r\n", .violation("expected '$', got ':'")),
    DecodingCase("*1\r\n\r\n", .violation("expected '$', got byte 13")),
    DecodingCase("*1\r\n$1\r\nab\r\n", unended),
    DecodingCase("*1\r\n$1\r\na\rb", unended),
    DecodingCase("PING\r\n*1\r\n$1\r\na\n\nPING\r\n", ping, unended),
]

private let longText = String(repeating: "*1\r\n$4\r\n\r\n", count: 9)

private func arguments(_ count: Int) -> String {
    "the request has \(count) arguments, at most 4 are taken"
}

private func argument(_ count: Int) -> String {
    "an argument has \(count) bytes, at most 10 are taken"
}

@Suite struct RequestDecoderTests {
    @Test(arguments: corpus) func row(_ row: DecodingCase) {
        #expect(decode(row.bytes, bounds: narrow) == row.events)
    }

    @Test(arguments: corpus) func everyCutInTwoGivesTheSame(_ row: DecodingCase) {
        let bytes = Array(row.bytes.utf8)
        let whole = decode([bytes], bounds: narrow)
        for cut in 0...bytes.count {
            let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
            #expect(decode(pieces, bounds: narrow) == whole, "cut at \(cut)")
        }
    }

    @Test(arguments: corpus) func byteByByteGivesTheSame(_ row: DecodingCase) {
        let bytes = Array(row.bytes.utf8)
        #expect(decode(bytes.map { [$0] }, bounds: narrow) == decode([bytes], bounds: narrow))
    }

    @Test func aViolationIsThrownForEver() {
        var decoder = RequestDecoder()
        var bytes = ByteBuffer(string: "*x\r\n")
        decoder.feed(&bytes)
        for _ in 0..<2 {
            bytes = ByteBuffer(string: "PING\r\n")
            decoder.feed(&bytes)
            #expect(throws: RequestDecodingError.self) { try decoder.next() }
        }
    }

    @Test func whatIsTooLargeIsNotKept() throws {
        var decoder = RequestDecoder()
        let size = 100 * 1024 * 1024
        var bytes = ByteBuffer(string: "*2\r\n$3\r\nSET\r\n$\(size)\r\n")
        decoder.feed(&bytes)
        #expect(try decoder.next()?.count == nil)
        for _ in 0..<size / 65536 {
            bytes = ByteBuffer(repeating: UInt8(ascii: "x"), count: 65536)
            decoder.feed(&bytes)
            #expect(try decoder.next()?.count == nil)
            #expect(decoder.bufferedBytes == 0)
        }
        bytes = ByteBuffer(string: "\r\nPING\r\n")
        decoder.feed(&bytes)
        let expected = "an argument has \(size) bytes, at most 65536 are taken"
        #expect(drain(&decoder) == [.tooLarge(expected), .request(["PING"])])
    }

    @Test func errorLines() {
        #expect(RequestDecodingError.tooLarge("x").replyLine == "TOOLARGE x")
        #expect(
            RequestDecodingError.protocolViolation("x").replyLine == "ERR Protocol error: x")
        #expect(!RequestDecodingError.tooLarge("x").isFatal)
        #expect(RequestDecodingError.protocolViolation("x").isFatal)
    }
}
