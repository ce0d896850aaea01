// Words without Strings, and the verb that was meant.

import BudgetService
import Testing

@testable import SocketAPI

@Suite struct VerbTests {
    @Test func everyVerbIsFound() {
        let table = VerbTable.shared
        #expect(table.names.count == Set(table.names).count)
        for name in table.names {
            #expect(table.verb(named: name.lowercased()) != nil, "\(name)")
        }
        #expect(table.verb(named: "RESERVES") == nil)
        #expect(table.verb(named: "") == nil)
        #expect(table.verb(named: "R\u{0}") == nil)
    }

    @Test(arguments: ["a", "abcdefgh", "abcdefghi", "abcdefghijklmnop"])
    func wordsDifferInEveryByte(_ text: String) {
        #expect(FoldedWord(text) == FoldedWord(text.uppercased()))
        for index in text.indices {
            var other = text
            other.replaceSubrange(index...index, with: "!")
            #expect(FoldedWord(other) != FoldedWord(text))
            other.remove(at: index)
            #expect(FoldedWord(other) != FoldedWord(text))
        }
        #expect(FoldedWord(text + "qrstuvwxyzabcdefg") == nil)
    }

    @Test(
        arguments: [
            ("RESERV", "RESERVE"), ("RESREVE", "RESERVE"), ("COMIT", "COMMIT"), ("STATS", "STATUS"),
            ("USAGES", "USAGE"), ("RUNS", "RUN"), ("GET", nil), ("SET", nil), ("", nil),
            ("PNG", "PING"), ("comit", "COMMIT"), ("RESE", "RESET"), ("CHE", "CHECK"),
        ] as [(String, String?)])
    func nearestVerb(_ typed: String, _ meant: String?) {
        #expect(NearMiss.word(for: typed, among: VerbTable.shared.names) == meant)
    }
}
