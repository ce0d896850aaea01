// Tables: what names may not do, and what is left where there is little room.

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
        #expect(Table.printable(name) == shown)
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
        #expect(lines.last?.contains(/user=xx+… .*1h 19m$/) == true, "\(lines)")
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
