// `budgetbench engine`: what one decision costs in the script, in the daemon, and among many.

import ArgumentParser

struct Engine: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the script, the daemon and growth, as ratios.",
        discussion: """
            Starts redis-servers and the budgetd beside this program, each on sockets of its own, \
            and takes about three minutes. Build with -c release, and let nothing else run.
            """)

    @OptionGroup var options: RoundOptions

    func run() throws {
        let scale: EngineScale = options.scale()
        try BenchError.told {
            let report = try measure(scale)
            print(options.json ? try JSONText.text(report) : EngineTable.text(report))
        }
    }

    private func measure(_ scale: EngineScale) throws -> EngineReport {
        let workplace = try Workplace()
        let progress = Progress()
        defer { progress.end() }
        progress.tell("preparing")
        let planner = CallPlanner(now: CallPlanner.now)
        let script = try ScriptSection(scale, planner, workplace)
        let daemon = DaemonSection(scale, workplace)
        let growth = try GrowthSection(scale, planner, workplace, progress)
        var samples: [EngineCase: [Sample]] = [:]
        for round in 1...scale.rounds {
            func take(_ name: EngineCase, _ sample: Sample) {
                samples[name, default: []].append(sample)
                progress.tell("round \(round) of \(scale.rounds): \(name.title)")
            }
            try script.round(take)
            try daemon.round(take)
            try growth.round(take)
        }
        return EngineReport(scale, samples)
    }
}
