// Rankings of more names than are looked at in one pass over the journal: compared part by part,
// they are found as they are, and set right, as in one.

import BudgetStore
import RESP
import TestSupport
import Testing

extension Control.VerifyTests {
    private struct Refused: Error {
        let text: String
    }

    private static let users = 300

    /// Verifies with so many names in a pass.
    private func read(_ names: Int) throws -> Findings {
        let bench = bench
        let reader = BooksReader<Refused>(
            mostNames: names,
            ask: { words throws(Refused) in
                guard let answer = try? bench.ask(words), answer.errorCode == nil else {
                    throw Refused(text: words.joined(separator: " "))
                }
                return answer
            }, notUnderstood: Refused.init, tell: { _ in }, isForbidden: { _ in false })
        return try reader.verify("default").findings
    }

    /// Everybody spends, many as much as others; so many cents.
    private func spend() throws {
        for user in 0..<Self.users {
            let cost = "0.0\(user % 3 + 1)"
            try bench.ask("RECORD idempotency_key p\(user) user u\(user) cost_usd \(cost)")
        }
    }

    private func places(_ findings: Findings) -> [String] {
        findings.differences.map { "\($0.key) \($0.field) \($0.message)" }.sorted()
    }

    private func repair(_ findings: Findings) throws {
        for (number, correction) in findings.corrections.enumerated() {
            let answer = try bench.ask([
                "CORRECT", "key", correction.key, "changes", correction.text, "as_of",
                "\(correction.asOf.value)", "reason", "disk", "idempotency_key", "fix\(number)",
            ])
            #expect(answer.errorCode == nil, "\(answer)")
        }
    }

    /// The names of the ranking as TOP tells them: the largest first, of equals the last name.
    private func top() throws -> [String] {
        let rows = try bench.ask("TOP user cost month count 1000")["rows"]?.array ?? []
        return rows.compactMap { $0["name"]?.string }
    }

    @Test func aRankingOfSeveralPartsIsAsInOne() throws {
        try spend()
        let names = (0..<Self.users).sorted {
            ($0 % 3, "u\($0)") > ($1 % 3, "u\($1)")
        }.map { "u\($0)" }
        #expect(try top() == names)
        let whole = try read(500_000)
        // Three measures in four windows, of some three hundred names each: thirty parts and more.
        let parts = try read(100)
        #expect(places(whole) == [] && places(parts) == [])
        #expect(parts.ranked == whole.ranked && parts.ranked > 8 * Self.users)
        #expect(parts.uncomparedRankings == 0 && parts.lines == whole.lines)

        let month = try key("top:user:cost:M")
        for user in 0..<40 { try bench.redis.command("ZINCRBY", month, "1", "u\(user)") }
        for user in 40..<60 { try bench.redis.command("ZREM", month, "u\(user)") }
        try bench.redis.command("ZADD", month, "5", "mallory")
        let found = try read(100)
        #expect(found.differences.count == 61)
        #expect(places(found) == places(try read(500_000)))
        #expect(found.corrections.count > 1, "each part has its own")
        try repair(found)
        #expect(places(try read(100)) == [])
        #expect(places(try read(500_000)) == [])
        #expect(try top() == names)
    }

    /// A whole ranking is gone: the first part to be set right makes it anew, the others add to it.
    @Test func aRankingThatIsGoneIsMadeAnewPartByPart() throws {
        try spend()
        let names = try top()
        try bench.redis.command("DEL", try key("top:user:cost:M"))
        let found = try read(100)
        #expect(Set(found.differences.map(\.message)) == ["it is not in Redis, and has to be"])
        try repair(found)
        #expect(places(try read(100)) == [])
        #expect(try top() == names)
    }
}
