// A subject's ledger.

import ArgumentParser
import RESP

struct EntriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entries",
        abstract: "A subject's ledger: what became of its calls, the newest first.",
        discussion: """
            Read backwards from the journal, until there are enough. What was only held stands in \
            parentheses. Who did what an administrator did, and why, audit tells.

            EXAMPLES
              budgetctl entries user=alice
              budgetctl entries tenant=acme agent=writer --count 500 --json
            """)

    @OptionGroup var fields: FieldArguments

    @Option(help: "How many are enough, 1 to 1000.")
    var count = 50

    @Flag(help: "All of them, as far as the journal reaches back.")
    var all = false

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let request = ["ENTRIES"] + (try fields.words()) + ["count", all ? "1000" : "\(count)"]
        let pages = Pages(session: try connection.connect(), request: request)
        let answer = try pages.all(["entries"], enough: all ? .max : count)
        connection.show(answer, Self.table)
    }

    private static func table(_ answer: RESPValue) -> String {
        var table = Table([
            .text("AT"), .text("WHAT"), .name("USER"), .name("RUN"), .name("TASK").spare,
            .name("AGENT").spare, .name("MODEL"), .number("COST"), .number("TOKENS"),
            .text("ABOUT"),
        ])
        for entry in answer["entries"]?.array ?? [] {
            let names = ["kind", "user", "run", "task", "agent", "model"]
            let outcome = Shown.text(entry, "outcome")
            table.add(
                [Shown.moment(entry, "at_ms")] + names.map { Shown.text(entry, $0) } + [
                    amount(entry, Shown.money(entry, "cost_usd")),
                    amount(entry, Shown.count(entry, "tokens")),
                    about(entry, outcome),
                ], outcome.isEmpty || outcome == "ok" ? nil : .yellow)
        }
        let reached = "as far back as " + Shown.moment(answer, "reached_ms")
        let hasMore = answer["next"]?.integer != nil
        guard !table.isEmpty else {
            return "no entries" + (hasMore ? ", \(reached); there may be more: --all" : "")
        }
        return table.text + (hasMore ? "\n\n\(reached); there is more: --all" : "")
    }

    private static func amount(_ entry: RESPValue, _ text: String) -> String {
        text.isEmpty || entry["spends"]?.integer == 1 ? text : "(\(text))"
    }

    private static func about(_ entry: RESPValue, _ outcome: String) -> String {
        guard outcome.isEmpty else { return outcome == "ok" ? "" : outcome }
        let (before, after) = (Shown.text(entry, "before"), Shown.text(entry, "after"))
        return [
            Shown.text(entry, "scope"), Shown.text(entry, "limit"), "was \(before), is \(after)",
        ].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
