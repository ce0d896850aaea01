// The command line of the benchmark.
//
// Subjects says who spends what, Load sends it, Servers starts what it is sent to, and Results
// tells what came of it; each subcommand has a folder that puts its measurements together. A
// number alone says little on a machine that others use too, so whatever is compared is measured
// in one run, in alternating rounds, and told as a ratio with its spread.

import ArgumentParser

@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budgetbench",
        abstract: "Measures what decisions cost, and checks what it measures.",
        subcommands: [
            RunCommand.self, CompareCommand.self, ScaleCommand.self, WatchCommand.self, Engine.self,
        ])
}
