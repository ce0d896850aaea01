// The report for people.

import Foundation

enum EngineTable {
    static func text(_ report: EngineReport) -> String {
        let scale = report.scale
        var lines = [
            "Medians of \(scale.rounds) rounds (lowest to highest), \(scale.calls) decisions each, "
                + "\(scale.connections) connections, \(scale.runs) users with a run each, "
                + "seed \(scale.seed).",
            "P: requests of a connection under way. Growth: \(scale.fewUsers) against "
                + "\(scale.manyUsers) users present.",
            "",
            row(["", "decisions/s", "Redis µs/decision", "daemon µs", "p50 µs", "p99 µs"]),
        ]
        for found in report.cases {
            lines.append(
                row([
                    found.title,
                    String(format: "%.0f", found.decisionsPerSecond.median),
                    spread(found.redisMicros, 2),
                    found.daemonMicros.map { spread($0, 2) } ?? "",
                    String(format: "%.0f", found.p50Micros.median),
                    String(format: "%.0f", found.p99Micros.median),
                ]))
        }
        lines.append("")
        for ratio in report.ratios {
            var goal = ""
            if let most = ratio.goal {
                goal = String(format: "goal ≤ %.2f ", most)
                goal += ratio.isMet == true ? "met" : "MISSED"
            }
            lines.append(
                padded(ratio.title, 58) + padded(spread(ratio.value, 2), 22) + goal)
        }
        lines.append("")
        lines.append("Every answer was an allow, and the books balance.")
        return lines.joined(separator: "\n")
    }

    private static func row(_ cells: [String]) -> String {
        let widths = [42, 13, 22, 22, 9, 9]
        return zip(cells, widths).map { padded($0, $1) }.joined()
    }

    private static func spread(_ value: Spread, _ digits: Int) -> String {
        String(
            format: "%.\(digits)f (%.\(digits)f–%.\(digits)f)", value.median, value.low, value.high)
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
