// `budgetbench compare`: budgetd beside what one would use in its place, in one run.

import ArgumentParser
import Foundation

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measures budgetd beside its own script, home-made ways and other packages.",
        discussion: """
            Starts a budgetd, redis-servers and Python programs, each on sockets of its own, in \
            alternating rounds; a round takes about a quarter of a minute. Prints Markdown. \
            deploy/bench builds everything, installs what Python needs and calls it.
            """)

    @OptionGroup var options: RoundOptions

    @Option(help: "A Python with what deploy/bench.txt names.")
    var python = "python3"

    @Option(help: "An environment with litellm[proxy]: its proxy is measured too.")
    var litellm: String?

    @Option(help: "A folder for compare.md, compare.svg and compare.json.")
    var output: String?

    func run() throws {
        let scale: CompareScale = options.scale()
        try BenchError.told {
            let report = try measure(scale)
            let (text, markdown) = (try JSONText.text(report), CompareTable.markdown(report))
            print(options.json ? text : markdown)
            guard let output else { return }
            try FileManager.default.createDirectory(
                atPath: output, withIntermediateDirectories: true)
            for (name, content) in [
                ("compare.md", markdown + "\n"), ("compare.json", text + "\n"),
                ("compare.svg", ComparePicture.svg(report)),
            ] {
                try content.write(toFile: output + "/" + name, atomically: true, encoding: .utf8)
            }
        }
    }

    private func measure(_ scale: CompareScale) throws -> CompareReport {
        let workplace = try Workplace()
        let progress = Progress()
        defer { progress.end() }
        progress.tell("preparing")
        let python = try PythonProgram(self.python, workplace)
        let calls = CompareCalls(scale)
        var samples: [CompareCase: [Sample]] = [:]
        var past: [Peer: [Int]] = [:]
        let proxy = try litellm.map {
            try LiteLLMProxy($0, in: workplace.directory("litellm"), room: 1_000_000)
        }
        defer { proxy?.stop() }
        for number in 1...scale.rounds {
            let stage = try CompareStage(workplace, calls)
            defer { stage.stop() }
            let round = CompareRound(
                stage, calls, scale, python,
                take: { found, sample in
                    samples[found, default: []].append(sample)
                    progress.tell("round \(number) of \(scale.rounds): \(found.peer.title)")
                },
                overspend: { past[$0, default: []].append($1) })
            try round.play(isReversed: number.isMultiple(of: 2))
            guard let proxy else { continue }
            progress.tell("round \(number) of \(scale.rounds): \(Peer.liteLLM.title)")
            samples[.python(.liteLLM), default: []].append(
                try python.measure(.liteLLM, calls.proxy, proxy.place))
        }
        if let litellm {
            // Its budget is used up by one contest.
            let proxy = try LiteLLMProxy(
                litellm, in: workplace.directory("litellm"), room: scale.room)
            defer { proxy.stop() }
            let commands = calls.python(.liteLLM, isContest: true)
            past[.liteLLM] = [
                try python.contest(.liteLLM, commands, proxy.place, scale) - scale.room
            ]
        }
        return CompareReport(scale, samples, past)
    }
}
