// The books checked from outside: every counter, hold and total of a tenant, recomputed from its
// journal. What the lines mean is BudgetStore's `Verification`; here they are fetched and what was
// found is shown.

import ArgumentParser
import BudgetModel
import BudgetStore
import RESP

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recomputes a tenant's counters, holds and totals from its journal.",
        discussion: """
            Exits with 0 where all agree, with 1 where something differs; the first difference \
            is named first. The daemon may go on working meanwhile. Where the journal was \
            trimmed (keep.journal), it says from which entry on it can tell, and checks what it \
            can. Counts are as in Redis: money in 1e-9 US dollars, seconds in milliseconds. The \
            levels of buckets are no sums, and are left out.

            EXAMPLES
              budgetctl verify
              budgetctl verify --tenant acme --json
            """)

    /// Differences that a table shows.
    private static let mostShown = 20

    @Option(help: "Whose books.")
    var tenant = Subject.defaultTenant

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let session = try connection.connect()
        let findings = try verify(session)
        connection.show(FindingsAnswer.answer(findings, tenant)) { _ in Self.text(findings) }
        if !findings.differences.isEmpty { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private func verify(_ session: Session) throws(Failure) -> Findings {
        let progress = Progress()
        defer { progress.end() }
        let reader = BooksReader<Failure>(
            ask: { arguments throws(Failure) in try session.ask(arguments) },
            notUnderstood: Failure.notUnderstood, tell: progress.show)
        return try reader.verify(tenant)
    }

    private static func text(_ findings: Findings) -> String {
        let looked =
            "\(findings.counters) counters and \(findings.holds) holds compared with "
            + "\(findings.lines) lines of the journal"
            + (findings.until.map { " up to \($0.sequence.text)" } ?? "")
        var lines = [looked]
        if let since = findings.since {
            lines.append(
                "the journal was trimmed: it tells from \(since.sequence.text) on, of "
                    + "\(Shown.moment(since.now)); older sums are compared as minima")
        }
        lines += findings.notes
        guard let first = findings.differences.first else {
            return (lines + [Style.green("all agree")]).joined(separator: "\n")
        }
        lines.append(Style.red("\(findings.differences.count) differences; the first:"))
        lines += ([first] + findings.differences.dropFirst().prefix(mostShown - 1)).map {
            Table.printable("\($0.key): \($0.message)")
        }
        return lines.joined(separator: "\n")
    }
}
