// Price files, looked at without a daemon.

import ArgumentParser
import BudgetModel
import BudgetService
import Foundation

struct PricesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices", abstract: "Checks price files.",
        subcommands: [PricesCheckCommand.self])
}

struct PricesCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Lists what of a policy's price files can't be charged.",
        discussion: """
            No daemon is asked. Findings are grouped by problem and field; --json has each of \
            them. Exits with 0 where all can be charged, with 1 where something can't.

            EXAMPLES
              budgetctl prices check policy.yaml
            """)

    @Argument(help: "The policy file that names the price files.", completion: .file())
    var policy: String

    @Flag(help: "The findings as JSON.")
    var json = false

    func run() throws {
        switch PolicyReader.checkPrices(path: policy) {
        case .failure(let faults):
            Output.line(json ? JSONText.text(FaultsAnswer.answer(faults.faults)) : faults.text)
            throw ExitCode(ExitStatus.refused.rawValue)
        case .success(let check):
            Output.line(json ? try Self.json(check) : Self.text(check))
            if !check.findings.isEmpty { throw ExitCode(ExitStatus.refused.rawValue) }
        }
    }

    private static func json(_ check: PriceCheck) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(check), as: UTF8.self)
    }

    private static func text(_ check: PriceCheck) -> String {
        let summary =
            "\(check.priced) of " + ReadableNumber.counted(check.items, "item")
            + (check.priced == 1 ? " has" : " have") + " a price"
        guard let titles = check.rows.first, check.rows.count > 1 else { return summary }
        var table = Table(
            titles.map { .init(heading: $0.uppercased(), isNumber: $0 == "items") })
        for row in check.rows.dropFirst() { table.add(row) }
        return summary + "\n\n" + table.text
    }
}
