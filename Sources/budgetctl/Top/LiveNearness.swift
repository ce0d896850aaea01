// Budgets near their caps, and how long they last: from the oldest look within five minutes and the
// newest. A window that began anew, or a reset, begins a new series of looks. What is used up comes
// behind what still lasts: nothing is left to be done before it ends. A pure value.

import Foundation
import RESP

struct LiveNearness: LiveView {
    /// What it is sorted by, and the key that says so.
    enum Order: Character, CaseIterable {
        case used = "u"
        case lasts = "l"
    }

    /// How long a budget lasts.
    enum Outlook: Equatable {
        case spent
        case grows(leftMs: Double)
        case resets(inMs: Int64)
        case still
        case unknown
    }

    private struct Look {
        let at: Int64
        let spent: Double
        let resets: Int64?
    }

    private struct Row {
        let cells: [String]
        let share: Double
        let outlook: Outlook
    }

    private static let memoryMs: Int64 = 300_000

    let title: String
    /// How many are shown at most.
    let count: Int
    var order = Order.used
    var fault: String?
    private var looks: [String: [Look]] = [:]
    private var rows: [Row] = []
    private var moment = ""

    init(title: String, count: Int) {
        self.title = title
        self.count = count
    }

    mutating func press(_ key: Character) { order = Order(rawValue: key) ?? order }

    mutating func take(_ answer: RESPValue) {
        fault = nil
        moment = Shown.moment(answer, "now_ms")
        let now = answer["now_ms"]?.integer ?? 0
        rows = (answer["limits"]?.array ?? []).map { row($0, now) }
        looks = looks.filter { $0.value.last.map { now - $0.at <= Self.memoryMs } ?? false }
    }

    private mutating func row(_ row: RESPValue, _ now: Int64) -> Row {
        let measure = Shown.text(row, "measure")
        let (spent, held) = (Self.number(row, "spent"), Self.number(row, "held"))
        let cap = Self.number(row, "cap")
        let share = cap > 0 ? (spent + held) / cap : 1
        let resets = row["resets_at_ms"]?.integer
        let (scope, limit) = (Shown.text(row, "scope"), Shown.text(row, "limit"))
        let outlook = outlook(
            "\(limit) \(scope)", Look(at: now, spent: spent, resets: resets),
            remaining: Self.number(row, "remaining"))
        let cells = [
            "\(Int(share * 100 + 1e-9))%", scope, limit, Shown.text(row, "window"),
            Shown.amount(row, "spent", of: measure), Shown.amount(row, "held", of: measure),
            Shown.amount(row, "cap", of: measure),
            Shown.reset(row, at: now), outlook.text,
        ]
        return Row(cells: cells, share: share, outlook: outlook)
    }

    private mutating func outlook(_ name: String, _ look: Look, remaining: Double) -> Outlook {
        let last = looks[name]?.last
        let isNew = last.map { $0.resets != look.resets || $0.spent > look.spent } ?? true
        var series = isNew ? [] : looks[name] ?? []
        series.removeAll { look.at - $0.at > Self.memoryMs }
        series.append(look)
        looks[name] = series
        guard remaining > 0 else { return .spent }
        let first = series[0]
        guard first.at < look.at else { return .unknown }
        let rate = (look.spent - first.spent) / Double(look.at - first.at)
        guard rate > 0 else { return .still }
        if let resets = look.resets, Double(resets - look.at) < remaining / rate {
            return .resets(inMs: resets - look.at)
        }
        return .grows(leftMs: remaining / rate)
    }

    private static func number(_ row: RESPValue, _ field: String) -> Double {
        Double(row[field]?.string ?? "") ?? Double(row[field]?.integer ?? 0)
    }

    /// The rows as a table.
    var table: String { table(count, width: Output.width) }

    private func table(_ count: Int, width: Int) -> String {
        var table = Table([
            .number("USED"), .name("SUBJECT"), .name("LIMIT"),
            .text("WINDOW").spare, .number("SPENT"), .number("HELD").spare, .number("CAP"),
            .text("RESETS"), .text("LASTS"),
        ])
        let sorted = sorted
        for row in sorted.prefix(count) {
            let style: Style? = row.share >= 1 ? .red : row.share >= 0.8 ? .yellow : nil
            table.add(row.cells, style)
        }
        guard !table.isEmpty else { return "no limit is used" }
        let more = sorted.dropFirst(count).count { $0.outlook == .spent }
        let note = more == 0 ? "" : "\n" + Style.red("\(more) more used up")
        return table.text(within: width) + note
    }

    /// What still lasts, and then what is used up.
    private var sorted: [Row] {
        let lasting = rows.filter { $0.outlook != .spent }
        let ordered =
            order == .used
            ? lasting
            : lasting.sorted { ($0.outlook.leftMs, $1.share) < ($1.outlook.leftMs, $0.share) }
        return ordered + rows.filter { $0.outlook == .spent }
    }

    func lines(height: Int, width: Int) -> [String] {
        let keys = Order.allCases.map { one in
            let text = "\(one.rawValue) \(one)"
            return one == order ? Style.bold(text) : text
        }
        return [
            Style.bold(Text.printable(title)) + "  " + moment,
            Style.faint("sort: ") + keys.joined(separator: ", ") + Style.faint("; q quits"),
            fault.map { Style.yellow(Text.printable($0) + "; trying again") } ?? "",
        ] + table(min(count, max(1, height - 5)), width: width).components(separatedBy: "\n")
    }
}

extension LiveNearness.Outlook {
    /// For people; empty where a second look is to come.
    fileprivate var text: String {
        switch self {
        case .spent: "used up"
        case .grows(let left): Shown.duration(Int64(min(left, 1e15)))
        case .resets: "until reset"
        case .still: "not growing"
        case .unknown: ""
        }
    }

    fileprivate var leftMs: Double {
        switch self {
        case .grows(let left): left
        case .spent, .resets, .still, .unknown: .infinity
        }
    }
}
