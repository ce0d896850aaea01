// Verifying without a Redis: lines and counters as they would be told, and what is found.

import BudgetModel
import Foundation
import Testing

@testable import BudgetStore

@Suite struct VerificationTests {
    private static let prefix = Keys.prefix("default")
    private static let window = prefix + "w:user=a:L"
    private static let record = prefix + "r:0123456789012345678901"

    /// A line of a call of user a, with so many tokens on a lifetime's limit.
    private static func line(
        _ number: Int64, _ letter: String, _ tokens: Int64, window: String = "L", at: Int64 = 0
    ) -> JournalLine {
        let text =
            letter == "R" || letter == "E"
            ? "\(letter)\t-\t0"
            : "\(letter)\t-\t60000\tu=a\ti=\(tokens)\t$=0\tpv=-\tL=l|u|\(window)|tokens"
        return plain(number, record, text, at: at)
    }

    private static func plain(
        _ number: Int64, _ key: String, _ text: String, at: Int64 = 0
    ) -> JournalLine {
        JournalLine(
            moment: Moment(
                sequence: Sequence(epoch: 1, number: number), now: at == 0 ? number * 1000 : at),
            key: key, text: text)
    }

    /// What is found of these lines, where Redis has these values.
    private func find(
        _ lines: [JournalLine], _ values: [String], key: String = window,
        holds: [CountersPage.Hold] = [], isTrimmed: Bool = false, now: Int64? = nil
    ) -> Findings {
        let last = lines[lines.count - 1].moment
        let page = CountersPage(
            holds: holds, hashes: values.isEmpty ? [] : [.init(key: key, values: values)],
            keepRunsMs: 2_592_000_000, keepLateCommitMs: 604_800_000, next: nil,
            moment: Moment(sequence: last.sequence, now: now ?? last.now))
        var verification = Verification(tenant: "default", pages: [page], isTrimmed: isTrimmed)
        for line in lines { verification.enter(line) }
        return verification.finish()
    }

    /// A day's window goes two weeks after its end, however late something is booked in it: then it
    /// is not missing.
    @Test(arguments: [(8, true), (13, true), (15, false), (20, false)])
    func aLateCommitKeepsNoCalendarWindow(_ days: Int64, _ isMissed: Bool) {
        let day: Int64 = 86_400_000
        let begin: Int64 = 1_795_219_200_000  // 2026-11-21T00:00Z
        let window = "d2026-11-21"
        let lines = [
            Self.line(1, "H", 5, window: window, at: begin + 1000),
            Self.line(2, "D", 5, window: window, at: begin + 90_000),
            Self.line(3, "V", 5, window: window, at: begin + 7 * day),
            Self.line(4, "L", 3, window: window, at: begin + 7 * day),
        ]
        let found = find(lines, [], now: begin + days * day).differences
        #expect(found.contains { $0.message.contains("not in Redis") } == isMissed, "\(found)")
    }

    /// A lifetime's lines, what Redis has, and which fields differ.
    @Test(arguments: [
        (["G 5"], "u:tokens 5 s:tokens 5", ""),
        (["G 5"], "u:tokens 5 s:tokens 4", "s:tokens u:tokens"),
        (["G 5"], "u:tokens 6 s:tokens 6", "s:tokens"),
        (["G 5"], "u:tokens x s:tokens 5", "u:tokens"),
        (["G 5"], "", "-"),
        (["H 5"], "u:tokens 5", "-"),
        (["H 5", "R 0"], "u:tokens 0", ""),
        (["H 5", "C 7"], "u:tokens 7 s:tokens 7", ""),
        (["H 5", "D 5", "V 5", "L 3"], "u:tokens 3 s:tokens 3", ""),
        (["G 5", "Q tokens 5", "G 2"], "u:tokens 2 s:tokens 2", ""),
        (["G 5", "Q tokens 6", "G 2"], "u:tokens 2 s:tokens 2", "s:tokens"),
        (["G 5", "Z u:tokens 5", "G 2"], "u:tokens 2 s:tokens 2", ""),
        (["H 5", "D 5", "Z u:tokens 5", "V 5", "L 2"], "u:tokens 2 s:tokens 2", ""),
        (["H 5", "D 5", "Q tokens 5", "V 5", "L 2"], "u:tokens 2 s:tokens 2", ""),
        (["G 5"], "u:tokens 5 s:tokens 5 flagged 1", "flagged"),
        (["G 5"], "u:tokens 9 s:tokens 9 flagged 1", "flagged s:tokens"),
        (["G 5", "H 2", "C 2"], "u:tokens 10 s:tokens 10 flagged 1", "flagged s:tokens"),
        (["G 5", "H 2", "E 0"], "flagged 1", "flagged s:tokens"),
        (["G 5"], "u:tokens 5 s:tokens 5 s:calls 1 u:calls 1", "s:calls"),
    ])
    func differencesOfALifetime(_ lines: [String], _ values: String, _ fields: String) {
        let read = lines.enumerated().map { index, text in
            let words = text.split(separator: " ")
            let number = Int64(index + 1)
            guard text.first != "Q", text.first != "Z" else {
                return Self.plain(number, Self.window, text)
            }
            return Self.line(number, String(words[0]), Int64(words[1]) ?? 0)
        }
        let findings = find(read, values.split(separator: " ").map(String.init))
        let found = findings.differences.map { $0.field.isEmpty ? "-" : $0.field }
        #expect(found.joined(separator: " ") == fields, "\(findings.differences)")
    }

    /// So many lines that another token would pass the largest sum.
    private static func most(_ window: String = "L") -> [JournalLine] {
        (1...1000).map { line($0, "G", Bounds.maxAmount, window: window, at: 1_000_000) }
            + [
                line(
                    1001, "G", Bounds.maxSum - 1000 * Bounds.maxAmount, window: window,
                    at: 1_000_000)
            ]
    }

    /// Lines behind those, and which fields differ: none where a sum passed its bounds.
    @Test(arguments: [
        ("G 0", "flagged s:tokens"), ("G 1", ""), ("H 1", "-"), ("H 0", "flagged s:tokens -"),
        ("H 1,R 0", ""), ("G 1,Z u:tokens 5,G 7", "flagged"),
    ])
    func whatPassedItsBoundsCannotBeTold(_ more: String, _ fields: String) {
        var lines = Self.most()
        for text in more.split(separator: ",") {
            let words = text.split(separator: " ")
            let number = Int64(lines.count + 1)
            lines.append(
                words[0] == "Z"
                    ? Self.plain(number, Self.window, String(text))
                    : Self.line(number, String(words[0]), Int64(words[1]) ?? 0))
        }
        let findings = find(lines, ["u:tokens", "7", "s:tokens", "7", "flagged", "1"])
        let found = findings.differences.map { $0.field.isEmpty ? "-" : $0.field }
        #expect(found.joined(separator: " ") == fields, "\(findings.differences)")
        #expect(findings.notes.count == (fields.isEmpty || fields == "-" ? 1 : 0))
    }

    @Test func holdsAreThoseOfTheJournal() {
        let values = ["u:tokens", "5"]
        let held = Self.line(1, "H", 5)
        func hold(_ deadline: Int64) -> CountersPage.Hold {
            let record = "H\(deadline) 1-1 1000 1 95 100\n" + held.text
            return CountersPage.Hold(key: Self.record, deadline: deadline, record: record)
        }
        #expect(find([held], values, holds: [hold(61_000)]).differences == [])
        let moved = hold(61_001)
        #expect(find([held], values, holds: [moved]).differences.first?.found == 61_001)
        let extended = Self.plain(2, Self.record, "X\t-\t61001")
        #expect(find([held, extended], values, holds: [moved]).differences == [])
        #expect(
            find([held], values).differences.first?.message
                == "it is held in the journal, and not among the holds")
        let ended = [held, Self.line(2, "R", 0)]
        #expect(
            find(ended, ["u:tokens", "0"], holds: [hold(61_000)]).differences.first?.message
                == "it is among the holds, and holds nothing")
    }

    /// A record that says something else than the line by which it is held.
    @Test(arguments: [
        ("H61000 1-1 1000 ", "C61000 1-1 1000 ", "its record has the state C, in the journal it"),
        ("H61000 ", "H99000 ", "its record's deadline is 99000, in the journal 61000"),
        (" 1-1 1000 ", " 1-2 1000 ", "its record is of the entry 1-2 at 1000, in the journal of"),
        (" 1-1 1000 ", " 1-1 1001 ", "its record is of the entry 1-1 at 1001, in the journal of"),
        ("i=5", "i=50", "its record says another call than the entry 1-1"),
        ("H\t-\t", "H\tx\t", "its record says another call than the entry 1-1"),
        ("\n", "\n\n", "its record says another call than the entry 1-1"),
        ("|tokens", "|tokens\nF1-2 5 R", "its record says another call than the entry 1-1"),
        ("\n", "", "its record can't be read"), ("H61000 1-1", "", "its record can't be read"),
    ])
    func aHoldsRecordIsAsItWasMade(_ own: String, _ other: String, _ message: String) throws {
        let held = Self.line(1, "H", 5)
        let record = "H61000 1-1 1000 1 95 100\n" + held.text
        func found(_ record: String?) -> Findings {
            let hold = CountersPage.Hold(key: Self.record, deadline: 61_000, record: record)
            return find([held], ["u:tokens", "5"], holds: [hold])
        }
        #expect(found(record).differences == [])
        let place = try #require(record.firstRange(of: own))
        let spoilt = found(record.replacingCharacters(in: place, with: other))
        #expect(spoilt.differences.first?.message.hasPrefix(message) == true, "\(spoilt)")
        #expect(spoilt.corrections.first?.text == "held - \(1 << 40 | 1) 0 deadline - 61000 0")
        #expect(found(nil).differences.count == 1)
    }

    /// A flag is no difference where the entries can't tell that it is none.
    @Test func whatMayBeFlaggedCannotBeTold() {
        let values = ["u:tokens", "9", "s:tokens", "9", "flagged", "1"]
        let trimmed = find([Self.line(40, "G", 5)], values, isTrimmed: true)
        #expect(trimmed.differences == [] && trimmed.notes.count == 1)
        // Held for longer than the hash is kept: its end is taken from nothing.
        let day: Int64 = 86_400_000
        let key = Self.prefix + "w:user=a:d2027-01-01"
        func ended(after days: Int64) -> Findings {
            let begun: Int64 = 1_798_800_000_000
            let lines = [
                Self.line(1, "G", 5, window: "d2027-01-01", at: begun),
                Self.line(2, "H", 5, window: "d2027-01-01", at: begun),
                Self.line(3, "E", 0, window: "d2027-01-01", at: begun + days * day),
            ]
            return find(lines, ["flagged", "1"], key: key)
        }
        #expect(ended(after: 40).differences == [])
        #expect(ended(after: 1).differences.map(\.field) == ["flagged", "s:tokens"])
        // A rolling window holds what is in it still, however much it ever was.
        let rolling = Self.prefix + "w:user=a:R60000"
        func spent(_ at: Int64) -> Findings {
            let lines = Self.most("R60000") + [Self.line(1002, "G", 3, window: "R60000", at: at)]
            let values = ["u:tokens", "4", "s:tokens", "4", "r:tokens:\(at / 1000)", "4"]
            return find(lines, values, key: rolling)
        }
        #expect(spent(1_060_000).differences == [])
        #expect(spent(1_061_000).differences.map(\.field) == ["s:tokens", "r:tokens:1061"])
    }

    @Test func whatLeftARollingWindowIsNoDifference() {
        // A minute: each of its sixtieths is a second.
        let key = Self.prefix + "w:user=a:R60000"
        let lines = [
            Self.line(1, "G", 5, window: "R60000", at: 1_000_000),
            Self.line(2, "G", 3, window: "R60000", at: 1_050_000),
        ]
        let values = ["u:tokens", "8", "s:tokens", "8", "r:tokens:1000", "5", "r:tokens:1050", "3"]
        for now: Int64 in [1_050_000, 1_060_999, 1_061_000, 1_110_000, 1_200_000] {
            #expect(find(lines, values, key: key, now: now).differences == [])
        }
        let written = ["u:tokens", "3", "s:tokens", "3", "r:tokens:1050", "3"]
        #expect(find(lines, written, key: key, now: 1_061_000).differences == [])
        #expect(
            find(lines, written, key: key, now: 1_060_000).differences.map(\.field)
                == ["s:tokens", "r:tokens:1000"])
    }

    @Test func linesThatAreMissingAreNamed() {
        let lines = [Self.line(1, "G", 5), Self.line(3, "G", 5)]
        let findings = find(lines, ["u:tokens", "10", "s:tokens", "10"])
        #expect(
            findings.differences.map(\.message)
                == ["the journal goes from 1-1 to 1-3: lines are missing"])
        let unreadable = find([Self.plain(1, Self.record, "?")], [])
        #expect(unreadable.differences.first?.message == "line 1-1 of the journal can't be read")
    }

    @Test func aTrimmedJournalTellsTheLeast() {
        let lines = [Self.line(40, "G", 5)]
        let more = find(lines, ["u:tokens", "9", "s:tokens", "9"], isTrimmed: true)
        #expect(more.differences == [])
        #expect(more.since?.sequence == Sequence(epoch: 1, number: 40))
        let less = find(lines, ["u:tokens", "4", "s:tokens", "4"], isTrimmed: true)
        #expect(less.differences.map(\.field) == ["s:tokens"])
        let reset = [Self.plain(40, Self.window, "Q tokens 9"), Self.line(41, "G", 5)]
        let exact = find(reset, ["u:tokens", "6", "s:tokens", "6"], isTrimmed: true)
        #expect(exact.differences.map(\.field) == ["s:tokens"])
    }

    @Test func aHashThatWasDroppedForItsAgeBeginsAnew() {
        let day: Int64 = 86_400_000
        let key = Self.prefix + "run:r"
        func charge(_ number: Int64, at: Int64) -> JournalLine {
            Self.plain(number, Self.record, "G\t-\t1\tr=r\ti=5\t$=2\tpv=-", at: at)
        }
        // Its sorted sets are on no page.
        func own(_ findings: Findings) -> Int {
            findings.differences.count { $0.key == key }
        }
        let values = "s:cost 2 s:tokens 5 s:calls 1 tokens: 5 calls: 1".split(separator: " ")
            .map(String.init)
        let anew = [charge(1, at: day), charge(2, at: 40 * day)]
        #expect(own(find(anew, values, key: key)) == 0)
        let going = [charge(1, at: day), charge(2, at: 20 * day)]
        #expect(own(find(going, values, key: key)) == 5)
        let perhaps = [charge(1, at: day), charge(2, at: 31 * day - 1000)]
        #expect(find(perhaps, values, key: key).notes.count == 1)
        // Its time is over, and it is gone.
        #expect(find([charge(1, at: day)], [], key: key, now: 32 * day).differences == [])
        #expect(own(find([charge(1, at: day)], [], key: key, now: 3 * day)) == 1)
    }
}
