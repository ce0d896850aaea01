// Who changed what, when and why.

import ArgumentParser
import RESP

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who changed what, when and why, the newest first.",
        discussion: """
            EXAMPLES
              budgetctl audit --count 20
              budgetctl audit --tenant acme --all --json
            """)

    @Option(help: "Whose audit.")
    var tenant: String?

    @Option(help: "How many at most, 1 to 1000.")
    var count: Int?

    @Flag(help: "All of it, page by page.")
    var all = false

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        var request = ["AUDIT"] + (tenant.map { ["tenant", $0] } ?? [])
        if let size = all ? 1000 : count { request += ["count", "\(size)"] }
        let session = try connection.connect()
        let answer =
            all
            ? try Pages(session: session, request: request).all(["entries"])
            : try session.ask(request)
        connection.show(answer, Self.table)
    }

    private static func table(_ answer: RESPValue) -> String {
        var table = Table([
            .text("AT"), .text("WHO"), .text("DID"), .text("SUBJECT"), .text("LIMIT"),
            .text("BEFORE"), .text("AFTER"), .text("WHY"),
        ])
        for entry in answer["entries"]?.array ?? [] {
            let fields = ["actor", "action", "subject", "limit", "before", "after", "reason"]
            table.add([Shown.moment(entry, "at_ms")] + fields.map { Shown.text(entry, $0) })
        }
        guard !table.isEmpty else { return "nothing was changed" }
        return table.text + (answer["next"]?.integer == nil ? "" : "\n\nthere is more: --all")
    }
}
