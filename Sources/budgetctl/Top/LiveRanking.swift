// The largest spenders as they change: the answers of the last minute, and how they are shown. A
// pure value; the terminal is elsewhere.

import BudgetModel
import Foundation
import RESP

struct LiveRanking: LiveView {
    /// What it is sorted by, and the key that says so.
    enum Order: Character, CaseIterable {
        case value = "v"
        case name = "n"
        case rate = "r"
    }

    private struct Row {
        let name: String
        let shown: String
        let value: Double
        /// A minute's; nil where it was not seen before.
        let rate: Double?
    }

    private struct Look {
        let at: Int64
        let values: [String: Double]
    }

    /// How far the looks go back from which a rate is told.
    private static let memoryMs: Int64 = 60_000

    let title: String
    let field: String
    let measure: String
    var order = Order.value
    var fault: String?
    private var looks: [Look] = []
    private var rows: [Row] = []
    private var note = ""

    init(title: String, field: String, measure: String) {
        self.title = title
        self.field = field
        self.measure = measure
    }

    mutating func press(_ key: Character) { order = Order(rawValue: key) ?? order }

    mutating func take(_ answer: RESPValue) {
        fault = nil
        let now = answer["now_ms"]?.integer ?? 0
        let from = answer["from_ms"]?.integer ?? 0
        // What was seen in the window before grew in another one.
        looks.removeAll { now - $0.at > Self.memoryMs || $0.at < from }
        var values: [String: Double] = [:]
        rows = (answer["rows"]?.array ?? []).map { row in
            let name = Shown.text(row, "name")
            let value = Double(row["value"]?.string ?? "") ?? Double(row["value"]?.integer ?? 0)
            values[name] = value
            return Row(
                name: name, shown: Shown.amount(row, "value", of: measure), value: value,
                rate: rate(of: name, value, now))
        }
        looks.append(Look(at: now, values: values))
        note = answer["complete"]?.integer == 0 ? ", some entries were lost" : ""
        note = Shown.moment(answer, "now_ms") + note
    }

    private func rate(of name: String, _ value: Double, _ now: Int64) -> Double? {
        guard let first = looks.first(where: { $0.values[name] != nil }), first.at < now,
            let before = first.values[name]
        else { return nil }
        return (value - before) * 60_000 / Double(now - first.at)
    }

    func lines(height: Int, width: Int) -> [String] {
        var table = Table([
            .number("#"), .name(field.uppercased()), .number(measure.uppercased()),
            .number("A MINUTE"),
        ])
        for (index, row) in sorted.prefix(max(1, height - 4)).enumerated() {
            let rate = row.rate.map { amount($0) } ?? ""
            table.add(["\(index + 1)", row.name, row.shown, rate])
        }
        let keys = Order.allCases.map { one in
            let text = "\(one.rawValue) \(one)"
            return one == order ? Style.bold(text) : text
        }
        let text = table.isEmpty ? "nothing was spent" : table.text(within: width)
        return [
            Style.bold(Text.printable(title)) + "  " + note,
            Style.faint("sort: ") + keys.joined(separator: ", ") + Style.faint("; q quits"),
            fault.map { Style.yellow(Text.printable($0) + "; trying again") } ?? "",
        ] + text.components(separatedBy: "\n")
    }

    private var sorted: [Row] {
        switch order {
        case .value: rows.sorted { ($1.value, $0.name) < ($0.value, $1.name) }
        case .name: rows.sorted { $0.name < $1.name }
        case .rate:
            rows.sorted { ($1.rate ?? -1, $0.name) < ($0.rate ?? -1, $1.name) }
        }
    }

    private func amount(_ value: Double) -> String {
        switch measure {
        case "cost": String(format: "$%.4f", value)
        case "seconds": String(format: "%.1fs", value)
        default: ReadableNumber.grouped("\(Int64(value.rounded()))")
        }
    }
}
