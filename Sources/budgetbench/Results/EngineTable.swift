// The report for people.

import Foundation

enum EngineTable {
    static func text(_ report: EngineReport) -> String {
        let scale = report.scale
        let head = ["", "decisions/s", "Redis µs/decision", "daemon µs", "p50 µs", "p99 µs"]
        let rows = report.cases.map { found in
            [
                found.title,
                String(format: "%.0f", found.decisionsPerSecond.median),
                found.redisMicros.text(2),
                found.daemonMicros?.text(2) ?? "",
                String(format: "%.0f", found.p50Micros.median),
                String(format: "%.0f", found.p99Micros.median),
            ]
        }
        var lines = [
            "Medians of \(scale.rounds) rounds (lowest to highest), \(scale.calls) decisions each, "
                + "\(scale.connections) connections, \(scale.runs) users with a run each, "
                + "seed \(scale.seed).",
            "P: requests of a connection under way. Growth: \(scale.fewUsers) against "
                + "\(scale.manyUsers) users present.",
            "",
        ]
        lines += TextTable.lines([head] + rows)
        lines.append("")
        lines += TextTable.lines(
            report.ratios.map { [$0.title, $0.value.text(2), $0.judgement] })
        lines.append("")
        lines.append("Every answer was an allow, and the books balance.")
        return lines.joined(separator: "\n")
    }
}
