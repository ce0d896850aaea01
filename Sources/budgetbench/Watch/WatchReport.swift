// What watchers cost, as JSON has it.

import Foundation

struct WatchReport: Codable {
    /// Watchers of one kind.
    struct Shape: Codable {
        let shape: WatchShape
        let without: Cost
        let with: Cost
        /// To all watchers together, in each second of the load.
        let messagesPerSecond: Spread
        let bytesPerSecond: Spread
        /// Of all rounds together.
        let cut: Int
    }

    /// Of one decision.
    struct Cost: Codable {
        let decisionsPerSecond: Spread
        let cpuMicros: Spread
        let p99Micros: Spread

        init(_ samples: [Sample]) {
            decisionsPerSecond = Spread(samples.map(\.decisionsPerSecond))
            cpuMicros = Spread(samples.map(\.serverMicros))
            p99Micros = Spread(samples.map(\.p99Micros))
        }
    }

    let benchmark: String
    let scale: WatchScale
    let shapes: [Shape]
    let ratios: [Ratio]

    /// For people.
    var text: String {
        func whole(_ value: Double) -> String { String(format: "%.0f", value) }
        func pair(_ shape: Shape, _ value: KeyPath<Cost, Spread>, _ digits: Int) -> String {
            [shape.without, shape.with].map {
                String(format: "%.\(digits)f", $0[keyPath: value].median)
            }.joined(separator: " → ")
        }
        var lines = [
            "\(scale.watchers) watchers against none: medians of \(scale.rounds) rounds "
                + "(lowest–highest), \(scale.calls) RESERVE each, \(scale.connections) "
                + "connections, \(scale.depth) requests of each under way, \(scale.users) users, "
                + "seed \(scale.seed).",
            "",
        ]
        lines += TextTable.lines(
            [
                [
                    "they watch", "decisions/s", "p99 µs", "CPU µs", "messages/s", "MB/s", "cut",
                ]
            ]
                + shapes.map { shape in
                    [
                        shape.shape.title, pair(shape, \.decisionsPerSecond, 0),
                        pair(shape, \.p99Micros, 0), pair(shape, \.cpuMicros, 1),
                        whole(shape.messagesPerSecond.median),
                        String(format: "%.1f", shape.bytesPerSecond.median / 1e6), "\(shape.cut)",
                    ]
                })
        lines.append("")
        lines += TextTable.lines(ratios.map { [$0.title, $0.value.text(3), $0.judgement] })
        return lines.joined(separator: "\n")
    }
}
