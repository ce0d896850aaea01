// What a request answers about its arguments.

import NIOCore
import RESP
import Testing

@Suite struct RequestTests {
    private func request(_ arguments: [[UInt8]]) throws -> Request {
        var writer = CommandWriter()
        writer.begin(argumentCount: arguments.count)
        for argument in arguments { writer.argument(argument) }
        var decoder = RequestDecoder()
        decoder.feed(&writer.buffer)
        return try #require(try decoder.next())
    }

    @Test func argumentsInEveryForm() throws {
        let request = try request([Array("reServe".utf8), [0xff], Array("-42".utf8), []])
        #expect(request.count == 4)
        #expect(request.string(at: 0) == "reServe")
        #expect(request.string(at: 1) == nil)
        #expect(request.bytes(at: 1) == [0xff])
        #expect(request.length(at: 3) == 0)
        #expect(request.string(at: 3) == "")
        #expect(request.slice(at: 2) == ByteBuffer(string: "-42"))
        #expect(request.byteCount == 4 + 13 + 7 + 9 + 6)
    }

    @Test func matchesFoldsLettersOnly() throws {
        let request = try request([Array("reServe".utf8), Array("a[".utf8)])
        #expect(request.matches(at: 0, "RESERVE"))
        #expect(!request.matches(at: 0, "RESERVED"))
        #expect(!request.matches(at: 1, "a{"))
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("42", 42), ("007", 7), ("9223372036854775807", Int64.max),
            ("-9223372036854775808", Int64.min), ("9223372036854775808", nil), ("", nil),
            ("-", nil),
            ("+1", nil), ("1.0", nil), (" 1", nil), ("-9223372036854775809", nil),
        ] as [(String, Int64?)])
    func integer(text: String, value: Int64?) throws {
        #expect(try request([Array(text.utf8)]).integer(at: 0) == value)
    }
}
