// Limits: what there is, and what administrators set beside the policy.

import ArgumentParser
import RESP

struct LimitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Lists limits; sets caps, grants more, resets what was spent.",
        subcommands: [
            LimitListCommand.self, LimitSetCommand.self, LimitUnsetCommand.self,
            LimitGrantCommand.self, LimitResetCommand.self,
        ])
}

struct LimitListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The policy's limits, and a tenant's overrides.")

    @Option(help: "Whose overrides.")
    var tenant: String?

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let request = ["LIMIT", "LIST"] + (tenant.map { ["tenant", $0] } ?? [])
        let pages = Pages(session: try connection.connect(), request: request)
        connection.show(try pages.all(["suspended", "overrides"])) { answer in
            let limits = Self.limits(answer)
            return limits + "\n\n" + SteeringTable.text(answer)
        }
    }

    private static func limits(_ answer: RESPValue) -> String {
        var table = Table([
            .name("LIMIT"), .text("PER"), .text("WINDOW"), .text("MEASURE"), .number("CAP"),
            .text("MODE").spare, .name("MATCH").spare,
        ])
        for limit in answer["limits"]?.array ?? [] {
            let measure = Shown.text(limit, "measure")
            let per = (limit["per"]?.array ?? []).compactMap(\.string)
            table.add([
                Shown.text(limit, "limit"), per.joined(separator: ", "),
                Shown.window(limit, measure), measure, Shown.amount(limit, "cap", of: measure),
                Shown.text(limit, "mode"), match(limit),
            ])
        }
        return table.isEmpty ? "the policy has no limits" : table.text
    }

    /// `model=gpt-4*|claude-opus-*, label.tier=free`
    private static func match(_ limit: RESPValue) -> String {
        (limit["match"]?.array ?? []).map { clause in
            let patterns = (clause["patterns"]?.array ?? []).compactMap(\.string)
            return Shown.text(clause, "field") + "=" + patterns.joined(separator: "|")
        }.joined(separator: ", ")
    }
}

struct LimitSetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Another cap for one subject, until a moment or for good.",
        discussion: """
            EXAMPLES
              budgetctl limit set session-cost session=s1 --cap '$2' --for 2h --reason "demo"
              budgetctl limit set user-daily-tokens user=alice --cap 500k \
            --until 2026-12-01T00:00Z --reason "migration"
            """)

    @OptionGroup var limit: LimitArguments
    @Option(
        parsing: .unconditional,
        help: "The cap, like the policy's: 0.5, $0.5, 100k, 1.5M, 20m of compute.")
    var cap: String
    @OptionGroup var end: EndOptions
    @OptionGroup var act: ActOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let request = try limit.words("SET") + ["cap", HumanAmount.given(cap, "--cap")]
        let session = try connection.connect()
        let until = try end.words(session)
        try act.perform(request + until, connection, session)
    }
}

struct LimitUnsetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "The policy's cap again, without what was granted.")

    @OptionGroup var limit: LimitArguments
    @OptionGroup var act: ActOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try act.perform(limit.words("UNSET"), connection, connection.connect())
    }
}

struct LimitGrantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "More than the cap for one subject, until a moment.",
        discussion: """
            EXAMPLES
              budgetctl limit grant user-daily-tokens user=alice --amount 50k --for 2h \
            --reason "demo at noon"
            """)

    @OptionGroup var limit: LimitArguments
    @Option(parsing: .unconditional, help: "How much more: $0.5, 50k, 1.5M, 20m of compute.")
    var amount: String
    @OptionGroup var end: EndOptions
    @OptionGroup var act: ActOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        guard end.isGiven else {
            throw Failure.usage("a grant ends: expected --for or --until")
        }
        let request = try limit.words("GRANT") + ["amount", HumanAmount.given(amount, "--amount")]
        let session = try connection.connect()
        let until = try end.words(session)
        try act.perform(request + until, connection, session)
    }
}

struct LimitResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "What was spent in the window of now counts as nothing; holds stay.")

    @OptionGroup var limit: LimitArguments
    @OptionGroup var act: ActOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        try act.perform(limit.words("RESET"), connection, connection.connect())
    }
}
