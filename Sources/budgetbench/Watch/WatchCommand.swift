// `budgetbench watch`: what those who watch live events cost those who decide.

import ArgumentParser

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Measures what a thousand watchers of live events cost decisions.",
        discussion: """
            Alternating rounds without watchers and with them, of a user each, of the whole \
            tenant, of both, and of acts; takes about three minutes and 2 GB of memory. Each \
            watcher's events are held against their order: one told twice fails the run.
            """)

    @OptionGroup var options: RoundOptions

    func run() throws {
        let scale: WatchScale = options.scale()
        try BenchError.told {
            let report = try measure(scale)
            print(options.json ? try JSONText.text(report) : report.text)
        }
    }

    private func measure(_ scale: WatchScale) throws -> WatchReport {
        try OpenFiles.allow(connections: scale.watchers + scale.connections)
        let workplace = try Workplace()
        let progress = Progress()
        defer { progress.end() }
        var shapes: [WatchReport.Shape] = []
        var ratios: [Ratio] = []
        for shape in WatchShape.allCases {
            let house = try WatchHouse(workplace, shape, scale)
            defer { house.stop() }
            var pairs: [WatchHouse.Pair] = []
            for (round, watchedFirst) in order(of: scale).enumerated() {
                progress.tell("\(shape.title): round \(round + 1) of \(scale.rounds)")
                pairs.append(try house.pair(watchedFirst: watchedFirst))
            }
            shapes.append(Self.shape(shape, pairs))
            ratios.append(
                Ratio(
                    name: "rate_\(shape.rawValue)",
                    title: "rate with \(scale.watchers) watchers of \(shape.title)",
                    values: pairs.map {
                        $0.with.decisionsPerSecond / $0.without.decisionsPerSecond
                    }, goal: .atLeast(0.95)))
            ratios.append(
                Ratio(
                    name: "cpu_\(shape.rawValue)", title: "CPU of a decision then",
                    values: pairs.map { $0.with.serverMicros / $0.without.serverMicros },
                    goal: nil))
        }
        return WatchReport(benchmark: "watch", scale: scale, shapes: shapes, ratios: ratios)
    }

    /// Whether watchers come first, round by round: half of the time, and drawn, since a store that
    /// grows evenly is slowest near each power of two, where its tables are moved, and so in every
    /// round that is twice an earlier one.
    private func order(of scale: WatchScale) -> [Bool] {
        var chance = SeededGenerator(seed: scale.seed)
        return (0..<scale.rounds).map { $0.isMultiple(of: 2) }.shuffled(using: &chance)
    }

    private static func shape(
        _ shape: WatchShape, _ pairs: [WatchHouse.Pair]
    ) -> WatchReport.Shape {
        .init(
            shape: shape, without: .init(pairs.map(\.without)), with: .init(pairs.map(\.with)),
            messagesPerSecond: Spread(pairs.map { Double($0.told.messages) / $0.seconds }),
            bytesPerSecond: Spread(pairs.map { Double($0.told.bytes) / $0.seconds }),
            cut: pairs.reduce(0) { $0 + $1.told.cut })
    }
}
