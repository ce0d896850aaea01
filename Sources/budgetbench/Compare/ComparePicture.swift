// The comparison as one picture: a bar for each rate with its spread, what else was measured beside
// it, and below how far each got past a cap.

import Foundation

enum ComparePicture {
    static func svg(_ report: CompareReport) -> String {
        var picture = BarPicture(title: "Decisions a second, and how far past a cap")
        for language in Peer.Language.allCases {
            for load in CompareLoad.allCases {
                let rows = report.rows.filter { $0.language == language && $0.load == load }
                guard !rows.isEmpty else { continue }
                picture.add(
                    "\(language.title), \(load.title(report.scale)): decisions/s", rows.map(bar))
            }
        }
        picture.add(
            "calls past a cap with room for \(report.scale.room), \(report.scale.workers) workers",
            report.overspend.map { found in
                BarPicture.Bar(
                    label: found.title, value: found.calls,
                    note: String(format: "%.0f", found.calls.median),
                    isOurs: found.peer.isBehindDaemon)
            })
        return picture.svg
    }

    private static func bar(_ row: CompareReport.Row) -> BarPicture.Bar {
        BarPicture.Bar(
            label: row.title, value: row.decisionsPerSecond,
            note: String(
                format: "%.0f/s, p50 %.0f µs, p99 %.0f µs", row.decisionsPerSecond.median,
                row.p50Micros.median, row.p99Micros.median),
            isOurs: row.peer.isBehindDaemon)
    }
}
