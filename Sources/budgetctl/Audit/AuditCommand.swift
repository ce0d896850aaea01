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
