// A run's ledger.

import ArgumentParser
import RESP

struct RunCommand: ParsableCommand {
    /// What is listed.
    enum Order: String, ExpressibleByArgument, CaseIterable {
        /// Tasks by cost.
        case cost
        /// Entries by time.
        case time
        /// Entries by time, the newest first.
        case newest
    }

    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "What a run spent: the total, its tasks by cost, its entries by time.",
        discussion: """
            EXAMPLES
              budgetctl run r1
              budgetctl run r1 --by newest
              budgetctl run r1 --tenant acme --by cost --all --json
            """)

    @Argument(
        help: ArgumentHelp("The run's name.", valueName: "run"), completion: .nothing)
    var name: String

    @Option(help: "The run's tenant.")
    var tenant: String?

    @Option(help: "cost lists tasks only, time entries only, newest those from the last one on.")
    var by: Order?

    @Flag(help: "All pages, not the first one only.")
    var all = false

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        var request = ["RUN", name]
        if let tenant { request += ["tenant", tenant] }
        // A page of both has the same tasks each time: they are followed apart.
        let session = try connection.connect()
        guard all else {
            let order = by.map { ["by", $0.rawValue] } ?? []
            connection.show(try session.ask(request + order), table)
            return
        }
        var answer: RESPValue = .null
        for order in by.map({ [$0] }) ?? [.cost, .time] {
            let pages = Pages(
                session: session, request: request + ["by", order.rawValue, "count", "1000"])
            let listed = try pages.all(["tasks", "entries"])
            answer = answer.isNull ? listed : listed.replacing("tasks", with: answer["tasks"])
        }
        connection.show(answer, table)
    }

    private func table(_ answer: RESPValue) -> String {
        var parts = [Style.bold(Shown.text(answer, "total"))]
        if answer["calls"]?.integer == 0, answer["entries"]?.array?.isEmpty != false {
            parts.append(
                "nothing is entered for a run of that name in the tenant "
                    + Shown.text(answer, "tenant"))
        }
        parts += [Self.tasks(answer), Self.entries(answer)]
        if answer["next"]?.integer != nil { parts.append("there is more: --all") }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func tasks(_ answer: RESPValue) -> String {
        var table = Table([
            .name("TASK"), .number("COST"), .number("TOKENS"), .number("CALLS"),
            .number("RETRIES"),
        ])
        for task in answer["tasks"]?.array ?? [] {
            let name = Shown.text(task, "task")
            table.add([
                name.isEmpty ? "(none)" : name, Shown.money(task, "cost_usd"),
                Shown.count(task, "tokens"), Shown.count(task, "calls"),
                Shown.count(task, "retries"),
            ])
        }
        return table.isEmpty ? "" : table.text
    }

    private static func entries(_ answer: RESPValue) -> String {
        var table = Table([
            .text("AT"), .text("KIND"), .name("TASK"), .name("AGENT").spare, .name("MODEL"),
            .number("COST"), .number("TOKENS"), .text("OUTCOME"), .text("ID").spare,
        ])
        for entry in answer["entries"]?.array ?? [] {
            let outcome = Shown.text(entry, "outcome")
            table.add(
                [
                    Shown.moment(entry, "at_ms"), Shown.text(entry, "kind"),
                    Shown.text(entry, "task"), Shown.text(entry, "agent"),
                    Shown.text(entry, "model"), Shown.money(entry, "cost_usd"),
                    Shown.count(entry, "tokens"), outcome, Shown.text(entry, "id"),
                ], outcome == "ok" ? nil : .yellow)
        }
        return table.isEmpty ? "" : table.text
    }
}
