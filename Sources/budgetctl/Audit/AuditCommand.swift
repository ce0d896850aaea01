// Who changed what, when and why; and whether that is still as it was written.

import ArgumentParser
import BudgetModel
import RESP

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who changed what, when and why; whether the audit is as it was written.",
        subcommands: [AuditListCommand.self, AuditVerifyCommand.self],
        defaultSubcommand: AuditListCommand.self)
}

struct AuditListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Who changed what, when and why, the newest first.",
        discussion: """
            With fields of a subject it tells of what was done to scopes that name them, alone \
            or among others.

            EXAMPLES
              budgetctl audit --count 20
              budgetctl audit user=alice --since 7d
              budgetctl audit --action grant --actor uid:1000 --limit user-daily-tokens
              budgetctl audit --tenant acme --all --json
            """)

    @OptionGroup var filter: AuditFilter

    @Option(help: "Whose audit.")
    var tenant: String?

    @Option(help: "How many are enough, 1 to 1000.")
    var count = 100

    @Flag(help: "All of it, page by page.")
    var all = false

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let session = try connection.connect()
        let request =
            ["AUDIT"] + (tenant.map { ["tenant", $0] } ?? []) + (try filter.words(session))
            + ["count", all ? "1000" : "\(count)"]
        let pages = Pages(session: session, request: request)
        // A page of some lines may have few, and not be the last.
        connection.show(try pages.all(["entries"], enough: all ? .max : count), Self.table)
    }

    private static func table(_ answer: RESPValue) -> String {
        var table = Table([
            .text("AT"), .name("WHO"), .text("DID"), .name("SUBJECT"), .name("LIMIT"),
            .text("BEFORE"), .text("AFTER"), .name("WHY"),
        ])
        for entry in answer["entries"]?.array ?? [] {
            guard entry["action"]?.string != nil else {
                table.add(["seq " + Shown.text(entry, "seq"), "", "unreadable", "", "", "", "", ""])
                continue
            }
            let fields = ["actor", "action", "subject", "limit", "before", "after", "reason"]
            table.add([Shown.moment(entry, "at_ms")] + fields.map { Shown.text(entry, $0) })
        }
        let hasMore = answer["next"]?.integer != nil
        guard !table.isEmpty else {
            return "nothing was changed" + (hasMore ? "; there may be more: --all" : "")
        }
        return table.text + (hasMore ? "\n\nthere may be more: --all" : "")
    }
}

struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Finds a line of the audit that was changed, taken out or put in.",
        discussion: """
            Computes the audit's hashes anew, and compares it with the acts in the journal, as \
            far as that is kept: number, time and kind. Exits with 0 where all is as it was \
            written, with 1 where something is not; the first such line is named. Who may write \
            to Redis may also write all hashes anew, and what the journal does not know is then \
            told by nothing else: note the head that is printed somewhere else, and give it back \
            with --head later.

            EXAMPLES
              budgetctl audit verify --tenant acme
              budgetctl audit verify --head 1099511627781:2fd4e1c67a2d28fced849ee1bb76e7391b93eb12
            """)

    @Option(help: "Whose audit.")
    var tenant = Subject.defaultTenant

    @Option(help: "A head that was printed before: that line has to be there as it was.")
    var head: AuditHead?

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let session = try connection.connect()
        let findings = try AuditTrail(session: session, tenant: tenant).verify(noted: head)
        connection.show(findings.answer(tenant)) { _ in findings.text }
        if findings.fault != nil { throw ExitCode(ExitStatus.refused.rawValue) }
    }
}
