// The budgets that are nearest to their caps.

import ArgumentParser
import RESP

struct NearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "near",
        abstract: "The budgets that are nearest to their caps.",
        discussion: """
            What is used up already comes last, and a line tells of those that there is no room \
            for; --json has them in the order of what is used. With --watch the terminal shows \
            them as they change, and how long each lasts if it goes on like this, until q is \
            pressed; u and l sort by what is used and by how long it lasts. Limits by several \
            fields, and those that match models or labels, are not looked at.

            EXAMPLES
              budgetctl near --count 20
              budgetctl near --left
              budgetctl near --tenant acme --watch
            """)

    @Option(help: "How many at most, 1 to 1000.")
    var count = 10

    @Flag(help: "Only those of which something is left, however many are used up.")
    var left = false

    @Option(help: "Whose budgets.")
    var tenant: String?

    @OptionGroup var live: LiveOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        // More, so that what is used up leaves room for what still lasts.
        let isMore = !connection.json && !left && (1...1000).contains(count)
        let asked = isMore ? min(1000, max(100, 2 * count)) : count
        let request =
            ["NEAR", "count", "\(asked)"] + (tenant.map { ["tenant", $0] } ?? [])
            + (left ? ["left", "1"] : [])
        var nearness = LiveNearness(
            title: "nearest to their caps" + (tenant.map { ", tenant " + $0 } ?? ""), count: count)
        guard !live.watch else { return try live.show(nearness, request, connection) }
        connection.show(try connection.connect().ask(request)) { answer in
            nearness.take(answer)
            return nearness.table
        }
    }
}
