// What growth costs, as JSON has it.

import Foundation

struct ScaleReport: Codable {
    /// Books of so many users.
    struct Size: Codable {
        let users: Int
        let redisBytes: Double
        let daemonBytes: Double
        /// Each user is as likely to call as any other.
        let evenly: Cost
        /// The k-th calls a k-th as often as the first.
        let zipf: Cost
    }

    /// Of one decision.
    struct Cost: Codable {
        let decisionsPerSecond: Spread
        let redisMicros: Spread
        let daemonMicros: Spread

        init(_ samples: [Sample]) {
            decisionsPerSecond = Spread(samples.map(\.decisionsPerSecond))
            redisMicros = Spread(samples.map(\.redisMicros))
            daemonMicros = Spread(samples.map { $0.daemonMicros ?? 0 })
        }
    }

    /// In Redis, of one call.
    struct Bytes: Codable {
        let heldReservation: Double
        let settledReservation: Double
        let charge: Double
    }

    /// Of one entry whose user, session and run are new, beside its own bytes.
    struct Rankings: Codable {
        let bytes: Double
        let redisMicros: Double
        let daemonMicros: Double
    }

    /// The daemon, idle.
    struct Idle: Codable {
        let connections: Int
        let daemonBytes: Double
    }

    let benchmark: String
    let scale: ScaleScale
    let sizes: [Size]
    let bytes: Bytes
    let rankings: Rankings
    let idle: [Idle]
    let ratios: [Ratio]

    /// For people.
    var text: String {
        func megabytes(_ bytes: Double) -> String { String(format: "%.1f", bytes / 1e6) }
        func whole(_ value: Double) -> String { String(format: "%.0f", value) }
        var lines = [
            "Medians of \(scale.rounds) rounds (lowest–highest), \(scale.calls) RESERVE each, "
                + "\(scale.busyConnections) connections, \(scale.depth) requests of each under "
                + "way, seed \(scale.seed).",
            "",
        ]
        let head = [
            "users", "Redis MB", "bytes/user", "budgetd MB", "drawn evenly/s", "Redis µs",
            "budgetd µs", "Zipf 1/s", "Redis µs", "budgetd µs",
        ]
        lines += TextTable.lines(
            [head]
                + sizes.map { size in
                    [
                        "\(size.users)", megabytes(size.redisBytes),
                        whole(size.redisBytes / Double(size.users)), megabytes(size.daemonBytes),
                    ]
                        + [size.evenly, size.zipf].flatMap {
                            [
                                whole($0.decisionsPerSecond.median), $0.redisMicros.text(1),
                                $0.daemonMicros.text(1),
                            ]
                        }
                })
        lines.append("")
        lines += TextTable.lines([
            ["bytes in Redis of a held reservation", whole(bytes.heldReservation)],
            ["of a settled one, with its entry", whole(bytes.settledReservation)],
            ["of a charge, with its entry", whole(bytes.charge)],
            ["of rankings, for a new user, session and run", whole(rankings.bytes)],
            ["CPU µs of rankings for it, Redis", whole(rankings.redisMicros)],
            ["budgetd", whole(rankings.daemonMicros)],
        ])
        lines.append("")
        lines += TextTable.lines(
            [["idle connections", "budgetd MB"]]
                + idle.map { ["\($0.connections)", megabytes($0.daemonBytes)] })
        lines.append("")
        lines += TextTable.lines(ratios.map { [$0.title, $0.value.text(2), $0.judgement] })
        return lines.joined(separator: "\n")
    }
}
