// Policy files, looked at without a daemon.

import ArgumentParser
import BudgetService
import RESP

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
            guard !json else { return Output.line(JSONText.text(Self.answer([], policy.digest))) }
            Output.line("\(file) is valid, \(policy.limits.count) limits, digest \(policy.digest)")
        case .failure(let faults):
            if json {
                Output.line(JSONText.text(Self.answer(faults.faults, nil)))
            } else {
                Output.line(faults.text)
            }
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }

    private static func answer(_ faults: [PolicyFault], _ digest: String?) -> RESPValue {
        func map(_ pairs: [(String, RESPValue)]) -> RESPValue {
            .map(pairs.map { RESPValue.Entry(key: .bulk($0.0), value: $0.1) })
        }
        let list = faults.map { fault in
            map([
                ("file", .bulk(fault.file)), ("line", .integer(Int64(fault.line))),
                ("column", .integer(Int64(fault.column))), ("path", .bulk(fault.path)),
                ("message", .bulk(fault.message)),
            ])
        }
        return map([
            ("valid", .integer(faults.isEmpty ? 1 : 0)),
            ("policy", digest.map { .bulk($0) } ?? .null), ("faults", .array(list)),
        ])
    }
}
