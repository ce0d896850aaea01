// The budgets that are nearest to their caps.

import ArgumentParser
import RESP

struct NearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "near",
        abstract: "The budgets that are nearest to their caps.",
        discussion: """
            With --watch the terminal shows them as they change, and how long each lasts if it \
            goes on like this, until q is pressed; u and l sort by what is used and by how long \
            it lasts. Limits by several fields, and those that match models or labels, are not \
            looked at.

            EXAMPLES
              budgetctl near --count 20
              budgetctl near --tenant acme --watch
            """)

    @Option(help: "How many at most, 1 to 1000.")
    var count = 10

    @Option(help: "Whose budgets.")
    var tenant: String?

    @OptionGroup var live: LiveOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let request = ["NEAR", "count", "\(count)"] + (tenant.map { ["tenant", $0] } ?? [])
        var nearness = LiveNearness(
            title: "nearest to their caps" + (tenant.map { ", tenant " + $0 } ?? ""))
        guard !live.watch else { return try live.show(nearness, request, connection) }
        connection.show(try connection.connect().ask(request)) { answer in
            nearness.take(answer)
            return nearness.table
        }
    }
}
