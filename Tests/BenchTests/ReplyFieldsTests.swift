// Fields found in replies as they lie there.

import Foundation
import Testing

@testable import budgetbench

@Suite struct ReplyFieldsTests {
    private func field(_ name: String, of reply: String) -> String? {
        Data(reply.utf8).withUnsafeBytes { ReplyFields($0)[name] }
    }

    private let map =
        "*8\r\n$4\r\nlist\r\n*2\r\n$2\r\nid\r\n$1\r\nx\r\n$3\r\nseq\r\n:12\r\n"
        + "$4\r\nnone\r\n$-1\r\n$2\r\nid\r\n$3\r\na.b\r\n"

    @Test func aFieldIsFoundBehindOthersThatHoldItsName() {
        #expect(field("id", of: map) == "a.b")
    }

    @Test(arguments: ["none", "seq", "list", "i", ""])
    func whatIsNoTextIsNone(name: String) {
        #expect(field(name, of: map) == nil)
    }

    @Test(arguments: ["+OK\r\n", ":1\r\n", "*0\r\n", "-ERR id\r\n", "$2\r\nid\r\n"])
    func whatIsNoMapHasNoFields(reply: String) {
        #expect(field("id", of: reply) == nil)
    }

    @Test func anErrorIsTold() {
        let texts = ["-BADARG user is empty\r\n", "+OK\r\n"].map { reply in
            Data(reply.utf8).withUnsafeBytes { ReplyFields($0).error }
        }
        #expect(texts == ["BADARG user is empty", nil])
    }
}
