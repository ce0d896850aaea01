// Tables: what names may not do, and what is left where there is little room.

import Foundation
import RESP
import Testing

@testable import budgetctl

@Suite struct TableTests {
    @Test(arguments: [
        ("alice", "alice"), ("a\u{202E}ecila", "a\\u{202E}ecila"),
        ("a\u{1b}[31m\r\n", "a\\u{1B}[31m\\u{D}\\u{A}"),
        ("\u{2066}a\u{2069}\u{200B}\u{FEFF}", "\\u{2066}a\\u{2069}\\u{200B}\\u{FEFF}"),
        ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"), ("Zoë 東京 \u{1F600}", "Zoë 東京 \u{1F600}"),
    ])
    func namesSteerNothing(_ name: String, _ shown: String) {
        #expect(Text.printable(name) == shown)
    }

    @Test(arguments: [
        ("alice", 5, "alice"), ("alexander", 8, "ale…nder"), ("alexander", 7, "ale…der"),
        ("alexander", 1, "…"), ("東京都港区", 10, "東京都港区"), ("東京都港区", 9, "東京…港区"),
        ("東京都港区", 6, "東…区"), ("Zoë\u{301}", 3, "Zoë\u{301}"),
    ])
    func namesAreShortenedInTheMiddle(_ name: String, _ room: Int, _ shown: String) {
        #expect(Text.shortened(name, to: room) == shown)
        #expect(Text.width(Text.shortened(name, to: room)) <= room)
    }

    /// A bucket's rate as whole numbers have it, and as the policy spelt it.
    @Test(arguments: [
        ("calls", "3", 2000, "bucket 90/m"), ("calls", "1", 1000, "bucket 1/s"),
        ("tokens", "20", 3, "bucket 400,000/m"), ("cost", "0.00000125", 9, "bucket $0.50/h"),
        ("cost", "1", 86_400_000, "bucket $1.00/d"), ("seconds", "0.001", 2, "bucket 0.5s/s"),
        ("calls", "1", 172_800_000, "bucket 1 in 172800000 ms"),
    ])
    func rates(_ measure: String, _ amount: String, _ period: Int64, _ shown: String) {
        let limit = Self.map([
            ("window", .bulk("bucket")), ("idle_ms", .null), ("rate_ms", .integer(period)),
            ("rate", Int64(amount).map { .integer($0) } ?? .bulk(amount)),
        ])
        #expect(Shown.window(limit, measure) == shown)
    }

    private static func ledger() -> Table {
        var table = Table([
            .text("AT"), .name("USER"), .name("TASK").spare, .name("AGENT").spare,
            .number("COST"), .text("WHY"),
        ])
        let user = "user-" + String(repeating: "0", count: 30) + "-7"
        table.add(["2026-11-22 09:30:00Z", user, "research", "", "$1,234,567.00", "error"])
        table.add(["2026-11-22 09:30:00Z", "東京", "plan", "", "$0.002", ""])
        return table
    }

    /// Names give way first, then an empty column, then what can be spared; amounts never.
    @Test(arguments: [200, 85, 80, 66, 65, 54, 53, 20, 0])
    func aTableFits(_ width: Int) {
        let text = Self.ledger().text(within: width)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        // Where it can't fit, names are left as they are with room for most of it.
        let least = 20 + 2 + (width < 52 ? 12 : 8) + 2 + 13 + 2 + 5
        #expect(lines.allSatisfy { Text.width($0) <= max(width, least) }, "\(text)")
        #expect(text.contains("$1,234,567.00") && text.contains("$0.002"))
        #expect(text.contains("2026-11-22 09:30:00Z") && text.contains("error"))
        #expect(text.contains("AGENT") == (width == 200))
        #expect(text.contains("research") == (width >= 66), "\(text)")
        #expect(text.contains(String(repeating: "0", count: 30)) == (width >= 99))
        // Whatever was cut, numbers end below one another.
        let ends = [("COST", 0), (",567.00", 1), ("$0.002", 2)].map { cell, line in
            lines[line].range(of: cell).map { Text.width(String(lines[line][..<$0.upperBound])) }
        }
        #expect(ends.allSatisfy { $0 != nil && $0 == ends[0] }, "\(text)")
    }

    @Test func headingsThatAreNamesAreShortenedAndAmountsAreNot() {
        let long = String(repeating: "n", count: 40)
        var table = Table([.text("FROM")] + (1...3).map { .number(of: long + "-\($0)") })
        table.add(["2026-11-22 00:00:00Z", "$1,234,567.00", "$0.00", "$12.50"])
        let lines = table.text(within: 80).split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        #expect(lines[0].contains(/n…n+-1 +n+…n+-2 +n+…n+-3$/), "\(lines)")
        #expect(lines[1].contains(/\$1,234,567.00 +\$0.00 +\$12.50$/))
        #expect(table.text(within: .max).contains(long + "-2"))
    }

    private static func row(
        _ name: String, _ spent: Int64, _ cap: Int64, resets: Int64? = 80_000_000
    ) -> RESPValue {
        let pairs: [(String, RESPValue)] = [
            ("scope", .bulk("user=" + name)), ("limit", .bulk("a-limit-of-a-long-name")),
            ("window", .bulk("rolling 60m")), ("measure", .bulk("tokens")),
            ("spent", .integer(spent)), ("held", .integer(0)), ("cap", .integer(cap)),
            ("remaining", .integer(max(0, cap - spent))),
            ("resets_at_ms", resets.map { .integer($0) } ?? .null),
        ]
        return map(pairs)
    }

    private static func map(_ pairs: [(String, RESPValue)]) -> RESPValue {
        .map(pairs.map { RESPValue.Entry(key: .bulk($0.0), value: $0.1) })
    }

    private static func look(_ now: Int64, _ rows: [RESPValue]) -> RESPValue {
        map([("now_ms", .integer(now)), ("limits", .array(rows))])
    }

    private static let long = String(repeating: "x", count: 60)

    @Test func howLongItLastsIsSeenInEightyColumns() {
        var view = LiveNearness(title: "near", count: 10)
        view.take(Self.look(0, [Self.row(Self.long, 1_000_000, 9_000_000)]))
        view.take(Self.look(60_000, [Self.row(Self.long, 1_100_000, 9_000_000)]))
        let lines = view.lines(height: 24, width: 80).suffix(2)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        #expect(lines.first?.hasSuffix("LASTS") == true, "\(lines)")
        #expect(lines.last?.contains(/user=…x+ .*1h 19m$/) == true, "\(lines)")
        #expect(view.lines(height: 24, width: 200).last?.contains(Self.long) == true)
        #expect(view.table.contains(Self.long))
    }

    @Test func whatIsUsedUpHidesNothing() {
        let spent = (1...30).map { Self.row("gone\($0)", 12, 10) }
        var view = LiveNearness(title: "near", count: 10)
        view.take(Self.look(0, spent + [Self.row("soon", 9, 10), Self.row("later", 5, 10)]))
        for text in [view.table, view.lines(height: 24, width: 80).joined(separator: "\n")] {
            let rows = text.split(separator: "\n").filter { $0.contains("user=") }
            #expect(rows.count == 10)
            #expect(rows[0].contains("user=soon") && rows[1].contains("user=later"), "\(text)")
            #expect(rows[2].hasSuffix("used up"))
            #expect(text.hasSuffix("22 more used up"))
        }
        view.press("l")
        #expect(view.lines(height: 24, width: 80)[4].contains("user=soon"))
        #expect(view.lines(height: 6, width: 80).count == 6)
    }
}
