// The comparison as Markdown, which is also what a terminal shows.

import Foundation

enum CompareTable {
    static func markdown(_ report: CompareReport) -> String {
        let scale = report.scale
        var lines = [
            "# What a decision costs",
            "",
            "Medians of \(scale.rounds) rounds, (lowest–highest) of the rate; seed \(scale.seed). "
                + "All on one machine and unix sockets, \(scale.runs) users with a run each, Redis "
                + "keeps nothing on disk. Compare within one table: the native client and the "
                + "Python programs are different languages.",
            "",
        ]
        for language in Peer.Language.allCases {
            for load in CompareLoad.allCases {
                let rows = report.rows.filter { $0.language == language && $0.load == load }
                guard !rows.isEmpty else { continue }
                lines += ["## \(language.title), \(load.title(report.scale))", ""]
                lines += table(
                    [
                        "", "decisions/s", "p50 µs", "p99", "p99.9", "CPU µs: client", "daemon",
                        "Redis",
                    ], rows.map(cells))
            }
        }
        lines += ["## Past a cap", ""]
        lines.append(
            "\(scale.workers) workers at once, a cap with room for \(scale.room) calls; the calls "
                + "for which it had none (lowest–highest of the rounds).")
        lines.append("")
        lines += table(
            ["", "calls past the cap", "worst, % of the cap", "a decision is"],
            report.overspend.map {
                [$0.title, $0.calls.text(0), String(format: "%.0f", $0.worstPercent), $0.peer.does]
            })
        lines += ["## Goals", ""]
        lines += table(
            ["", "measured", ""],
            report.ratios.map { [$0.title, $0.value.text(2), $0.judgement] })
        return lines.dropLast().joined(separator: "\n")
    }

    private static func cells(_ row: CompareReport.Row) -> [String] {
        func whole(_ value: Spread) -> String { String(format: "%.0f", value.median) }
        func tenth(_ value: Spread?) -> String {
            value.map { String(format: "%.1f", $0.median) } ?? ""
        }
        return [
            row.title, row.decisionsPerSecond.text(0), whole(row.p50Micros), whole(row.p99Micros),
            whole(row.p999Micros), tenth(row.clientMicros), tenth(row.daemonMicros),
            tenth(row.redisMicros),
        ]
    }

    /// A table, and a blank line behind it.
    private static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        let ruler = head.indices.map { $0 == 0 ? ":--" : "--:" }
        return ([head, ruler] + rows).map { "| " + $0.joined(separator: " | ") + " |" } + [""]
    }
}
