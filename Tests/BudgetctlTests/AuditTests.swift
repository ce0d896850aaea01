// The audit verified, after somebody was at it behind budgetd's back, by a client of Redis.

import Foundation
import RESP
import TestSupport
import Testing

extension Control {
    @Suite struct AuditTests {
        private static let key = "b:{default}:audit"

        /// A line of the stream: its id, and its fields.
        private struct Line {
            var id: String
            var values: [String]

            /// The value of a field.
            subscript(name: String) -> String {
                get { values[values.firstIndex(of: name).map { $0 + 1 } ?? 0] }
                set { values[values.firstIndex(of: name).map { $0 + 1 } ?? 0] = newValue }
            }

            /// As budgetd tells it.
            var sequence: Int64 {
                let parts = id.split(separator: "-").compactMap { Int64($0) }
                return parts[0] << 40 | parts[1]
            }
        }

        private let bench: Bench

        init() throws {
            bench = try Bench()
            for number in 1...5 {
                try bench.ask("CHARGE idempotency_key c\(number) user u cost_usd 0.001")
                let act = "reason because-\(number) idempotency_key k\(number)"
                try bench.ask("LIMIT SET limit daily user u cap \(number)000 \(act)")
            }
            try bench.ask("LIMIT RESET limit daily user u reason anew idempotency_key r")
            try bench.ask("CHARGE idempotency_key last user u cost_usd 0.001")
        }

        private func lines() throws -> [Line] {
            let stream = try bench.redis.command("XRANGE", Self.key, "-", "+").array ?? []
            return stream.map { entry in
                Line(
                    id: entry.array?[0].string ?? "",
                    values: (entry.array?[1].array ?? []).map { $0.string ?? "" })
            }
        }

        private func write(_ lines: [Line]) throws {
            try bench.redis.command("DEL", Self.key)
            for line in lines {
                let words = ["XADD", Self.key, line.id] + line.values
                #expect(try bench.redis.command(words).errorCode == nil)
            }
        }

        /// Writes other lines, and asks what is found: a kind and a line.
        private func found(_ change: (inout [Line]) throws -> Void) throws -> (String, Int64) {
            let before = try lines()
            var lines = before
            try change(&lines)
            try write(lines)
            let ran = try bench.control("audit verify --json")
            #expect(ran.status == 1, "\(ran.output)")
            try write(before)
            #expect(try bench.control("audit verify").status == 0)
            let sequence = (ran.json["seq"] as? NSNumber)?.int64Value ?? 0
            return (ran.json["fault"] as? String ?? "", sequence)
        }

        @Test func whatNobodyTouchedIsAsItWas() throws {
            let ran = try bench.control("audit verify")
            #expect(ran.status == 0, "\(ran.output) \(ran.errors)")
            #expect(ran.output.hasPrefix("all 6 lines are as they were written\nthe journal has"))
            let head = try #require(ran.output.split(separator: " ").last).dropLast()
            try bench.ask("SUBJECT SUSPEND user v reason x idempotency_key s")
            let later = try bench.control("audit verify --head \(head)")
            #expect(later.status == 0, "\(later.output)")
            #expect(later.output.contains("all 7 lines"))
            let nobody = try bench.control("audit verify --tenant nobody --json")
            #expect(nobody.status == 0)
            #expect(nobody.json["lines"] as? Int == 0)
            // What it said before still is what is said without a word behind it.
            #expect(try bench.control("audit --count 3").output.contains("because-5"))
            #expect(try bench.control("audit list --count 2").status == 0)
        }

        @Test(arguments: [0, 3, 5]) func aChangedLineIsNamed(_ place: Int) throws {
            for (name, value) in [
                ("reason", "because-I-say-so"), ("actor", "uid:1"), ("after", "9:0:"), ("at", "1"),
                ("before", "no state at all"), ("chain", String(repeating: "0", count: 40)),
            ] {
                let (kind, sequence) = try found { $0[place][name] = value }
                #expect(kind == "changed", "\(name)")
                #expect(try sequence == lines()[place].sequence, "\(name)")
            }
            let (kind, _) = try found { $0[place].values.insert(contentsOf: ["more", "x"], at: 2) }
            #expect(kind == "changed")
        }

        /// It is told where it stands, not as a row of nothing.
        @Test func aLineThatIsNoneOfOursIsShown() throws {
            var lines = try lines()
            lines[2].values = ["foo", "bar"]
            try write(lines)
            let ran = try bench.control("audit")
            #expect(ran.status == 0, "\(ran.errors)")
            let rows = ran.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(rows.contains { $0.hasPrefix("seq \(lines[2].sequence) ") }, "\(ran.output)")
            #expect(rows.count { $0.contains("unreadable") } == 1)
        }

        @Test(arguments: 0..<6) func aMissingLineIsNamed(_ place: Int) throws {
            let gone = try lines()[place].sequence
            let (kind, sequence) = try found { $0.remove(at: place) }
            #expect(kind == "missing")
            #expect(sequence == gone)
        }

        @Test func aLineThatWasPutInIsNamed() throws {
            let own = try lines()[2].sequence + 1
            for fits in [false, true] {
                let (kind, sequence) = try found { lines in
                    var more = lines[2]
                    more.id = "\(own >> 40)-\(own & (1 << 40 - 1))"
                    if fits { try seal(&more, behind: lines[2]["chain"]) }
                    lines.insert(more, at: 3)
                }
                #expect(kind == "inserted")
                #expect(sequence == own)
            }
        }

        /// Whoever computes the hashes anew is told by the journal.
        @Test(arguments: [0..<1, 2..<4, 5..<6, 0..<6]) func linesLeftOutOfAChainThatFits(
            _ places: Range<Int>
        ) throws {
            let gone = try lines()[places.lowerBound].sequence
            let (kind, sequence) = try found { lines in
                lines.removeSubrange(places)
                try sealAll(&lines)
            }
            #expect(kind == "missing")
            #expect(sequence == gone)
        }

        @Test(arguments: [("action", "grant"), ("action", "suspend"), ("at", "1795340000000")])
        func whatTheJournalSaysOtherwise(_ name: String, _ value: String) throws {
            let (kind, sequence) = try found { lines in
                lines[1][name] = value
                try sealAll(&lines)
            }
            #expect(kind == "changed")
            #expect(try sequence == lines()[1].sequence)
        }

        @Test(arguments: [("before", "7"), ("scope", "user=v"), ("action", "correct")])
        func aResetThatTheJournalHasOtherwise(_ name: String, _ value: String) throws {
            let (kind, sequence) = try found { lines in
                lines[5][name] = value
                try sealAll(&lines)
            }
            #expect(kind == "changed")
            #expect(try sequence == lines()[5].sequence)
        }

        /// At the number of a charge, and at one that is not yet given.
        @Test(arguments: [1, 2], [false, true]) func aLineAtTheEndThatNobodyDid(
            _ more: Int64, _ isTrimmed: Bool
        ) throws {
            if isTrimmed {
                try bench.redis.command("XTRIM", "b:{default}:journal", "MAXLEN", "1")
            }
            let own = try lines()[5].sequence + more
            let (kind, sequence) = try found { lines in
                var line = lines[5]
                line.id = "\(own >> 40)-\(own & (1 << 40 - 1))"
                try seal(&line, behind: lines[5]["chain"])
                lines.append(line)
            }
            #expect(kind == "inserted")
            #expect(sequence == own)
        }

        private func sealAll(_ lines: inout [Line]) throws {
            for place in lines.indices {
                try seal(&lines[place], behind: place == 0 ? "" : lines[place - 1]["chain"])
            }
        }

        /// As Redis computes it, which is how budgetd does.
        private func seal(_ line: inout Line, behind chain: String) throws {
            let text = line.values.dropLast(2).joined(separator: "\n")
            line["chain"] = try #require(
                try bench.redis.command(
                    "EVAL", "return redis.sha1hex(ARGV[1])", "0",
                    "\(chain)\n\(line.id)\n\(text)"
                ).string)
        }

        @Test func whoWritesAllOfItAnewIsFoundByTheHead() throws {
            let ran = try bench.control("audit verify --json")
            let head = try #require(ran.json["head"] as? String)
            var lines = try lines()
            lines[1]["reason"] = "because-I-say-so"
            for place in 1..<lines.count {
                try seal(&lines[place], behind: lines[place - 1]["chain"])
            }
            try write(lines)
            #expect(try bench.control("audit verify").status == 0)
            let noted = try bench.control("audit verify --head \(head)")
            #expect(noted.status == 1)
            #expect(noted.output.contains("is not as it was noted"), "\(noted.output)")
            #expect(try bench.control("audit verify --head 17:xyz").status == 2)
        }

        @Test func aTrimmedJournalIsSaidSo() throws {
            try bench.redis.command("XTRIM", "b:{default}:journal", "MAXLEN", "1")
            let fine = try bench.control("audit verify")
            #expect(fine.status == 0, "\(fine.output)")
            #expect(
                fine.output.contains(
                    "an act for each line since, 0 in all; the older ones, 6, are told by"))
            let gone = try lines()[4].sequence
            var lines = try lines()
            lines.remove(at: 3)
            try write(lines)
            let ran = try bench.control("audit verify")
            #expect(ran.status == 1)
            #expect(ran.output.contains("the line \(gone) ("))
            #expect(ran.output.contains("the journal does not reach back so far"))
        }

        @Test func aLineThatCannotBeReadHidesNoOther() throws {
            var lines = try lines()
            lines[2]["before"] = "nonsense"
            try write(lines)
            let answer = try bench.ask("AUDIT")
            let entries = try #require(answer["entries"]?.array)
            #expect(entries.count == 6)
            #expect(
                entries.map { $0["actor"]?.isNull == true } == [
                    false, false, false, true, false, false,
                ])
            #expect(entries[3]["text"]?.string?.contains("nonsense") == true)
        }
    }
}
