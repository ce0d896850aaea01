// `budgetbench engine`: what one decision costs in the script, in the daemon, and among many.

import ArgumentParser

struct Engine: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the script, the daemon and growth, as ratios.",
        discussion: """
            Starts redis-servers and the budgetd beside this program, each on sockets of its own, \
            and takes about three minutes. Build with -c release, and let nothing else run.
            """)

    @Flag(help: "A short run that only shows that everything works.")
    var quick = false

    @Flag(help: "Print JSON in place of the table.")
    var json = false

    @Option(help: "Rounds, 1 to 100.")
    var rounds: Int?

    @Option(help: "What callers are drawn by.")
    var seed: UInt64 = 1

    func validate() throws {
        if let rounds, !(1...100).contains(rounds) {
            throw ValidationError("--rounds is \(rounds); expected 1 to 100")
        }
    }

    func run() throws {
        var scale = quick ? EngineScale.quick : EngineScale()
        scale.rounds = rounds ?? scale.rounds
        scale.seed = seed
        try BenchError.told {
            let report = try measure(scale)
            print(json ? try JSONText.text(report) : EngineTable.text(report))
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
        return EngineReport(scale, samples, booksBalanced: true)
    }
}
