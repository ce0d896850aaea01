// Policy files, looked at without a daemon.

import ArgumentParser
import BudgetService

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Checks policy files.",
        subcommands: [PolicyCheckCommand.self])
}

struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads a policy and its price files as budgetd does, and names every fault.",
        discussion: """
            No daemon is asked. Each fault is a line of file:line: path: message. Exits with 1 \
            where there is one.

            EXAMPLES
              budgetctl policy check policy.yaml
            """)

    @Argument(help: "The policy file.")
    var file: String

    @Flag(help: "The result as JSON.")
    var json = false

    func run() throws {
        let result = PolicyReader.read(path: file)
        switch result {
        case .success(let policy):
            if json {
                let answer = FaultsAnswer.answer([], digest: policy.digest)
                return Output.line(JSONText.text(answer))
            }
            Output.line("\(file) is valid, \(policy.limits.count) limits, digest \(policy.digest)")
        case .failure(let faults):
            Output.line(json ? JSONText.text(FaultsAnswer.answer(faults.faults)) : faults.text)
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }
}
