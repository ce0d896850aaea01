// What the limits of a subject stand at.

import ArgumentParser
import RESP

struct UsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Every limit that applies to a subject: cap, spent, held, left.",
        discussion: """
            A limit that matches models applies where model=… is given.

            EXAMPLES
              budgetctl usage user=alice
              budgetctl usage tenant=acme user=alice run=r1 model=gpt-4o --json
            """)

    @OptionGroup var fields: FieldArguments
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let session = try connection.connect()
        connection.show(try session.ask(["USAGE"] + fields.words()), Self.table)
    }

    private static func table(_ answer: RESPValue) -> String {
        var table = Table([
            .name("LIMIT"), .name("SCOPE"), .text("WINDOW").spare, .number("CAP"),
            .number("SPENT"), .number("HELD").spare, .number("LEFT"), .text("RESETS"), .text(""),
        ])
        let now = answer["now_ms"]?.integer ?? 0
        for limit in answer["limits"]?.array ?? [] {
            let measure = Shown.text(limit, "measure")
            func amount(_ field: String) -> String { Shown.amount(limit, field, of: measure) }
            var marks: [String] = []
            if Shown.text(limit, "mode") == "shadow" { marks.append("shadow") }
            if limit["overridden"]?.integer == 1 { marks.append("overridden") }
            table.add(
                [
                    Shown.text(limit, "limit"), Shown.text(limit, "scope"),
                    Shown.text(limit, "window"), amount("cap"), amount("spent"), amount("held"),
                    amount("remaining"), Shown.reset(limit, at: now), marks.joined(separator: ", "),
                ], style(limit))
        }
        guard !table.isEmpty else { return "no limit applies to this subject" }
        return table.text + "\nadvice: " + Shown.text(answer, "advice")
    }

    /// Red where nothing is left, yellow below a fifth.
    private static func style(_ limit: RESPValue) -> Style? {
        guard let left = Double(Shown.text(limit, "remaining")),
            let cap = Double(Shown.text(limit, "cap"))
        else { return nil }
        if left <= 0 { return .red }
        return left < cap / 5 ? .yellow : nil
    }
}
