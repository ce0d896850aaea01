// What spenders spent, window by window.

import ArgumentParser
import RESP

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "What the largest spenders spent, hour by hour or day by day.",
        discussion: """
            The last 25 hours, or the last 15 days, which begin in the tenant's time zone.

            EXAMPLES
              budgetctl history user
              budgetctl history user --of alice --window day --measure tokens
              budgetctl history tenant --tenant acme
            """)

    @Argument(
        help: "tenant, user, session, run, agent, tool, model, provider or label.<name>.",
        completion: .list([
            "tenant", "user", "session", "run", "agent", "tool", "model", "provider", "label.",
        ]))
    var field: String

    @Option(
        help: "cost, tokens, input_tokens, output_tokens, calls, retries or seconds.",
        completion: .list([
            "cost", "tokens", "input_tokens", "output_tokens", "calls", "retries", "seconds",
        ]))
    var measure = "cost"

    @Option(help: "hour or day.", completion: .list(["hour", "day"]))
    var window = "hour"

    @Option(name: .customLong("of"), help: "Whose; the largest spenders' where it is left out.")
    var name: String?

    @Option(help: "How many names at most, 1 to 20.")
    var count: Int?

    @Option(help: "Whose spenders.")
    var tenant: String?

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        var request = ["HISTORY", field, measure, window]
        if let tenant { request += ["tenant", tenant] }
        if let name { request += ["of", name] }
        if let count { request += ["count", "\(count)"] }
        connection.show(try connection.connect().ask(request), table)
    }

    private func table(_ answer: RESPValue) -> String {
        let rows = answer["rows"]?.array ?? []
        guard !rows.isEmpty else { return "nothing was spent" }
        var table = Table(
            [.text("FROM")]
                + rows.map { Table.Column.number(of: Shown.text($0, "name")) })
        for (index, window) in (answer["windows"]?.array ?? []).enumerated() {
            let cells = rows.map { row in
                Shown.amount(row["values"]?[index], of: measure)
            }
            table.add([Shown.moment(window, "from_ms")] + cells)
        }
        guard answer["complete"]?.integer == 0 else { return table.text }
        let lost = Style.yellow("entries of these windows were lost before being counted")
        return table.text + "\n\n" + lost
    }
}
