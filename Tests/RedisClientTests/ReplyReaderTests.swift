// Replies come in pieces, one upon the other, into buffers that stay: whatever the cut, each is
// read whole, and none has anything of the one before.

import NIOCore
import TestSupport
import Testing

@testable import RedisClient

@Suite struct ReplyReaderTests {
    private static let replies: [(text: String, value: RedisReply)] = [
        ("+OK\r\n", .status("OK")),
        (":-42\r\n", .integer(-42)),
        ("$5\r\na\r\nb!\r\n", .string("a\r\nb!")),
        ("$0\r\n\r\n", .string("")),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("*0\r\n", .array([])),
        ("-ERR no\r\n", .error(RedisErrorReply(line: "ERR no"))),
        (
            "*4\r\n$1\r\na\r\n*2\r\n:1\r\n*1\r\n$2\r\nbc\r\n$-1\r\n*2\r\n-ERR in\r\n+fine\r\n",
            .array([
                .string("a"), .array([.integer(1), .array([.string("bc")])]), .null,
                .array([.error(RedisErrorReply(line: "ERR in")), .status("fine")]),
            ])
        ),
    ]

    private func read(_ reader: ReplyReader, _ pieces: [[UInt8]]) throws -> [RedisReply] {
        var found: [RedisReply] = []
        for piece in pieces {
            reader.feed(ByteBuffer(bytes: piece))
            while try reader.next({ found.append($0.copy) }) {}
        }
        return found
    }

    @Test func wheneverItIsCut() throws {
        let bytes = Array(Self.replies.map(\.text).joined().utf8)
        let expected = Self.replies.map(\.value)
        let reader = ReplyReader()
        for cut in 0...bytes.count {
            #expect(try read(reader, [Array(bytes[..<cut]), Array(bytes[cut...])]) == expected)
        }
        #expect(try read(reader, bytes.map { [$0] }) == expected)
    }

    @Test func whatIsNotTextIsBytes() throws {
        let found = try read(
            ReplyReader(), [Array("*2\r\n$2\r\n".utf8) + [0xff, 0] + Array("\r\n$1\r\nx\r\n".utf8)])
        #expect(found == [.array([.bytes([0xff, 0]), .string("x")])])
    }

    @Test func aLargeOneGoesAndSmallOnesFollow() throws {
        let reader = ReplyReader()
        let text = String(repeating: "é", count: 2_000_000)
        let many = (0..<100_000).map { ":\($0)\r\n" }.joined()
        for _ in 0..<2 {
            let large = Array("*2\r\n$4000000\r\n\(text)\r\n*100000\r\n\(many)".utf8)
            let found = try read(reader, [large, Array(":7\r\n".utf8)])
            #expect(
                found == [
                    .array([.string(text), .array((0..<100_000).map { .integer($0) })]),
                    .integer(7),
                ])
        }
    }

    @Test func aLentReplyIsLookedAtWhereItLies() throws {
        let reader = ReplyReader()
        reader.feed(ByteBuffer(string: "*3\r\n$3\r\nabc\r\n:5\r\n*1\r\n+in\r\n"))
        let isWhole = try reader.next { reply in
            #expect(reply.count == 3)
            #expect(reply[0].string == "abc" && reply[0].count == 0)
            #expect(reply[1].bytes == nil && reply[1].copy == .integer(5))
            #expect(reply[2].count == 1 && reply[2][0].string == "in")
            #expect(reply.error == nil)
        }
        #expect(isWhole)
    }

    @Test func moreMayBeReadWhileOneIsLent() throws {
        let reader = ReplyReader()
        reader.feed(ByteBuffer(string: "*2\r\n$5\r\nouter\r\n:1\r\n*2\r\n$5\r\ninner"))
        var found: [RedisReply] = []
        let isWhole = try reader.next { outer in
            reader.feed(ByteBuffer(string: "\r\n:2\r\n+third\r\n$6\r\nfo"))
            do {
                while try reader.next({ found.append($0.copy) }) {}
            } catch {
                Issue.record(error)
            }
            found.append(outer.copy)
        }
        #expect(isWhole)
        reader.feed(ByteBuffer(string: "urth\r\n"))
        while try reader.next({ found.append($0.copy) }) {}
        #expect(
            found == [
                .array([.string("inner"), .integer(2)]), .status("third"),
                .array([.string("outer"), .integer(1)]), .string("fourth"),
            ])
    }

    /// Whatever the bytes are, they are the same replies, and the same fault, in whichever pieces.
    @Test func damagedBytesAreReadAlikeInAllPieces() {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("damaged replies: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let whole = Array(Self.replies.map(\.text).joined().utf8)
        let signs = Array("*$+-:0123456789\r\nx".utf8)
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] =
                    signs.randomElement(using: &random) ?? 0
            }
            let cuts = (0..<4).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            let ends = cuts + [bytes.count]
            let pieces = zip([0] + cuts, ends).map { Array(bytes[$0..<$1]) }
            let atOnce = outcome([bytes])
            let inPieces = outcome(pieces)
            #expect(atOnce == inPieces, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    private func outcome(_ pieces: [[UInt8]]) -> [String] {
        let reader = ReplyReader()
        var found: [String] = []
        do {
            for piece in pieces {
                reader.feed(ByteBuffer(bytes: piece))
                while try reader.next({ found.append("\($0.copy)") }) {}
            }
        } catch {
            found.append("\(error)")
        }
        return found
    }

    @Test(arguments: ["!\r\n", "*16777217\r\n", "*\(Int64.max)\r\n", "$x\r\n"])
    func whatIsNoReplyIsSaid(_ text: String) {
        let reader = ReplyReader()
        #expect(throws: ReplyReader.Malformed.self) { try read(reader, [Array(text.utf8)]) }
    }
}
