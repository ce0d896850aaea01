// Names inside keys and records: nothing of them separates, and every one comes back.

import BudgetModel
import Testing

@testable import BudgetStore

@Suite struct EscapingRoundTripTests {
    @Test func plainTextStays() {
        for text in ["", "alice", "gpt-4o", "a.b/c_d", "Ärger", "日本", "👩‍👩‍👧"] {
            #expect(Escaping.component(text) == text)
        }
    }

    @Test func separatorsDoNot() {
        #expect(Escaping.component("{a}:b,c=d|e%f") == "%7ba%7d%3ab%2cc%3dd%7ce%25f")
        #expect(Escaping.component("a b\t\n\u{7f}\u{1}") == "a%20b%09%0a%7f%01")
    }

    @Test func whateverComesComesBack() {
        let seed = HistorySettings.seed()
        var random = SeededGenerator(seed: seed)
        var seen: [String: ExactName] = [:]
        for _ in 0..<5000 {
            let text = random.nastyText()
            let escaped = Escaping.component(text)
            #expect(!escaped.utf8.contains { "{}:,=| \t\n".utf8.contains($0) })
            #expect(
                Escaping.plain(escaped).map { ExactName($0) } == ExactName(text), "seed \(seed)")
            let name = ExactName(text)
            if let other = seen.updateValue(name, forKey: String(describing: Array(escaped.utf8))) {
                #expect(other == name)
            }
        }
    }

    @Test func whatIsNotEscapedProperlyIsRefused() {
        for text in ["%", "%7", "%zz", "%7B", "a%", "%ff", "%c3"] {
            #expect(Escaping.plain(text) == nil, "\(text)")
        }
    }
}

extension SeededGenerator {
    /// A short text of separators, accents, marks that join, and letters.
    mutating func nastyText() -> String {
        let parts = [
            "a", "B", "7", "{", "}", ":", ",", "=", "|", "%", " ", "\t", "\n", "\r\n", "\u{7f}",
            "é", "e\u{301}", "\u{301}", "\u{600}", "\u{200d}", "👧", "日", "\\", "\u{10ffff}",
        ]
        let count = Int.random(in: 0...6, using: &self)
        return (0..<count).map { _ in pick(parts) }.joined()
    }
}
