// An event as one line for people, and one more for each threshold that it passed.

import BudgetModel
import Foundation

struct EventLine {
    let sequence: Int64
    private let fields: [String: Any]

    /// Reads the JSON that the daemon tells; nil where it is none.
    init?(json: String) {
        let value = try? JSONSerialization.jsonObject(with: Data(json.utf8))
        guard let fields = value as? [String: Any], let number = fields["seq"] as? NSNumber else {
            return nil
        }
        self.fields = fields
        sequence = number.int64Value
    }

    private func text(_ name: String) -> String? {
        let text = fields[name] as? String ?? (fields[name] as? NSNumber).map { "\($0)" }
        return text.map(Text.printable)
    }

    /// `2026-11-22 09:30:00Z  commit  user=alice run=r1  gpt-4o  $0.005  1,500 tokens`
    var text: String {
        let at = (fields["at_ms"] as? NSNumber).map { Shown.moment($0.int64Value) } ?? ""
        let kind = text("kind") ?? "?"
        var parts = [
            at, Self.styled(kind.padding(toLength: 11, withPad: " ", startingAt: 0), kind),
        ]
        parts += [subject, text("scope"), text("limit"), text("model")].compactMap { $0 }
        if let before = text("before"), let after = text("after") {
            parts.append("\(before) -> \(after)")
        }
        if kind == "deny" {
            parts.append(text("message") ?? "")
        } else if let cost = text("cost_usd") {
            parts.append(ReadableNumber.money(cost))
            parts.append(ReadableNumber.counted(Int64(text("tokens") ?? "") ?? 0, "token"))
        } else if kind == "gap" {
            parts.append(Self.gap(text("denials")))
        }
        if let actor = text("actor") { parts.append("by \(actor): \(text("reason") ?? "")") }
        return ([parts.filter { !$0.isEmpty }.joined(separator: "  ")] + warnings)
            .joined(separator: "\n")
    }

    private static func gap(_ denials: String?) -> String {
        guard let count = denials.flatMap({ Int64($0) }) else {
            return "the journal does not reach back to what was before"
        }
        return ReadableNumber.counted(count, "denial") + (count == 1 ? " was" : " were")
            + " not told"
    }

    private var subject: String? {
        let names =
            ["user", "session", "run", "task", "agent", "tool"]
            + fields.keys.filter { $0.hasPrefix("label.") }.sorted()
        let pairs = names.compactMap { name in text(name).map { "\(name)=\($0)" } }
        return pairs.isEmpty ? nil : pairs.joined(separator: " ")
    }

    private var warnings: [String] {
        (fields["warnings"] as? [[String: String]] ?? []).map { warning in
            let share = Double(warning["threshold"] ?? "").map { "\(Int($0 * 100))%" } ?? "?"
            return Style.yellow(
                Text.printable(
                    "    \(share) of \(warning["limit"] ?? "?") is used by "
                        + "\(warning["scope"] ?? "?")"))
        }
    }

    private static func styled(_ text: String, _ kind: String) -> String {
        switch kind {
        case "deny", "suspend", "gap": Style.yellow(text)
        default: Style.bold(text)
        }
    }
}
