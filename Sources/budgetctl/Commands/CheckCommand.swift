// What a reservation would be answered, without making one.

import ArgumentParser
import RESP

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "The decision that a call would get now; changes nothing.",
        discussion: """
            Exits with 0 where it would be allowed, with 1 where it would be denied.

            EXAMPLES
              budgetctl check user=alice run=r1 model=gpt-4o input_tokens=4k output_tokens=600
              budgetctl check user=alice cost_usd='$0.5'
            """)

    @OptionGroup var fields: FieldArguments
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let session = try connection.connect()
        let answer = try session.ask(["CHECK"] + fields.words())
        connection.show(answer, Self.text)
        if Shown.text(answer, "decision") != "allow" {
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }

    private static func text(_ answer: RESPValue) -> String {
        guard Shown.text(answer, "decision") != "allow" else {
            let tightest = Shown.text(answer, "tightest")
            let left = Shown.text(answer, "tightest_remaining")
            return Style.green("allow") + ", advice: " + Shown.text(answer, "advice")
                + (tightest.isEmpty ? "" : "\nleast is left of \(tightest): \(left)")
        }
        let failed = (answer["failed"]?.array ?? []).compactMap(\.string)
        return Style.red("deny") + ", " + Shown.text(answer, "reason") + "\n"
            + Shown.text(answer, "message")
            + (failed.count > 1 ? "\nall that fail: " + failed.joined(separator: ", ") : "")
    }
}
