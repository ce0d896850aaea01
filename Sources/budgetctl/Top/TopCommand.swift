// The largest spenders.

import ArgumentParser
import RESP

struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "The largest spenders of this hour, day, week or month.",
        discussion: """
            Days begin in the tenant's time zone. What a call spent counts when it was entered.

            With --watch the terminal shows them as they change, until q is pressed; n, v and r \
            sort by name, by value and by how fast it grows.

            EXAMPLES
              budgetctl top user
              budgetctl top agent --watch --interval 5s
              budgetctl top model --measure tokens --window month --tenant acme
              budgetctl top label.team --window week --count 50 --json
            """)

    @Argument(
        help: "user, session, run, agent, tool, model, provider or label.<name>.",
        completion: .list([
            "user", "session", "run", "agent", "tool", "model", "provider", "label.",
        ]))
    var field: String

    @Option(
        help: "cost, tokens, input_tokens, output_tokens, calls, retries or seconds.",
        completion: .list([
            "cost", "tokens", "input_tokens", "output_tokens", "calls", "retries", "seconds",
        ]))
    var measure = "cost"

    @Option(
        help: "hour, day, week or month.", completion: .list(["hour", "day", "week", "month"]))
    var window = "day"

    @Option(help: "How many at most, 1 to 1000.")
    var count = 10

    @Option(help: "Whose spenders.")
    var tenant: String?

    @OptionGroup var live: LiveOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        var request = ["TOP", field, measure, window, "count", "\(count)"]
        if let tenant { request += ["tenant", tenant] }
        guard !live.watch else {
            let title = "\(field) by \(measure) this \(window)"
            let ranking = LiveRanking(
                title: title + (tenant.map { ", tenant " + $0 } ?? ""), field: field,
                measure: measure)
            return try live.show(ranking, request, connection)
        }
        let session = try connection.connect()
        connection.show(try session.ask(request), table)
    }

    private func table(_ answer: RESPValue) -> String {
        var table = Table([
            .number("#"), .name(field.uppercased()), .number(measure.uppercased()),
        ])
        for (index, row) in (answer["rows"]?.array ?? []).enumerated() {
            table.add([
                "\(index + 1)", Shown.text(row, "name"), Shown.amount(row, "value", of: measure),
            ])
        }
        var lines = [
            Style.bold(
                "\(Shown.moment(answer, "from_ms")) to \(Shown.moment(answer, "until_ms"))"),
            table.isEmpty ? "nothing was spent" : table.text,
        ]
        if answer["complete"]?.integer == 0 {
            lines.append(Style.yellow("entries of this \(window) were lost before being counted"))
        }
        return lines.joined(separator: "\n\n")
    }
}
