// The books checked from outside: every counter, hold and total of a tenant, recomputed from its
// journal. What the lines mean is BudgetStore's `Verification`; here they are fetched and what was
// found is shown.

import ArgumentParser
import BudgetModel
import BudgetStore
import Foundation
import RESP

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recomputes a tenant's counters, holds and totals from its journal.",
        discussion: """
            What is set beside the policy is compared with the audit, and runs' tasks and \
            entries with the journal; of more than 64 their number and both ends. Of the rankings \
            of TOP and HISTORY each name's value is compared with what the entries up to the last \
            one that is in them add up to.

            Exits with 0 where all agree, with 1 where something differs; the first difference \
            is named first. It exits with 1 too where there is nothing of a tenant that was \
            named. The daemon may go on working meanwhile. Where the journal was trimmed \
            (keep.journal), it says from which entry on it can tell, and checks what it can. \
            Counts are as in Redis: money in 1e-9 US dollars, seconds in milliseconds. The \
            levels of buckets are no sums, and are left out.

            --repair then sets back what differs to what the entries add up to, which are the \
            truth: it shows what it is going to change, asks, and leaves an entry in the journal \
            and in the audit for each key. It takes an administrator. What was decided meanwhile \
            stays counted. A reservation whose record is gone, or says something else, is held \
            again as it was made, so that it can be settled, or expires. What the journal can't \
            tell exactly, and whatever else can't be set right so (the journal itself), is told \
            and left. Then it verifies once more, and exits by what is found then.

            EXAMPLES
              budgetctl verify
              budgetctl verify --tenant acme --json
              budgetctl verify --repair --reason "a bad disk"
            """)

    /// Differences that a table shows.
    private static let mostShown = 20

    @Option(help: "Whose books. Without it those of default, or of the token's tenant.")
    var tenant: String?

    @Flag(help: "Sets right what can be.")
    var repair = false

    @Flag(help: "Repairs without asking first.")
    var yes = false

    @Option(help: "Why it is repaired, for the audit. Asked for on a terminal.")
    var reason: String?

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if !repair, yes || reason != nil {
            throw ValidationError("--yes and --reason belong to --repair, which is not given")
        }
    }

    func run() throws {
        let session = try connection.connect()
        var (tenant, findings) = try verify(session, tenant)
        var outcomes: [RepairRun.Outcome]?
        if repair, !findings.corrections.isEmpty {
            if !connection.json { Output.line(Self.text(findings)) }
            outcomes = try correct(findings, of: tenant, session)
            (tenant, findings) = try verify(session, tenant)
        } else if repair, !findings.differences.isEmpty {
            showPlan(findings)
        }
        let answer = FindingsAnswer.answer(findings, tenant, repairs: repair ? outcomes ?? [] : nil)
        connection.show(answer) { _ in
            findings.isOfNothing ? FindingsAnswer.nothing(of: tenant) : Self.text(findings)
        }
        // Whoever names a tenant means one that there is.
        let isNobody = findings.isOfNothing && self.tenant != nil
        if isNobody || !findings.differences.isEmpty {
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }

    private func verify(
        _ session: Session, _ tenant: String?
    ) throws(Failure) -> (tenant: String, findings: Findings) {
        let progress = Progress()
        defer { progress.end() }
        let reader = BooksReader<Failure>(
            ask: { arguments throws(Failure) in try session.ask(arguments) },
            notUnderstood: Failure.notUnderstood, tell: progress.show,
            isForbidden: { $0.message.hasPrefix("NOPERM ") })
        return try reader.verify(tenant)
    }

    private func correct(
        _ findings: Findings, of tenant: String, _ session: Session
    ) throws(Failure) -> [RepairRun.Outcome] {
        showPlan(findings)
        guard yes || Self.isConfirmed else {
            throw Failure.usage(
                "nothing was changed", hint: "--yes repairs without asking on a terminal")
        }
        let reason = try ActOptions.asked(reason)
        let run = RepairRun(session: session, tenant: tenant, reason: reason)
        var outcomes: [RepairRun.Outcome] = []
        for correction in findings.corrections {
            let outcome = try run.make(correction)
            if !connection.json { Output.line(outcome.text) }
            outcomes.append(outcome)
        }
        return outcomes
    }

    private func showPlan(_ findings: Findings) {
        let plan = RepairRun.plan(findings)
        connection.json ? Output.error(plan) : Output.line(plan)
    }

    private static var isConfirmed: Bool {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
        FileHandle.standardError.write(Data("Change this? [y/N] ".utf8))
        return ["y", "yes"].contains((readLine() ?? "").lowercased())
    }

    private static func text(_ findings: Findings) -> String {
        let looked =
            [
                ReadableNumber.counted(findings.counters, "counter") + ",",
                ReadableNumber.counted(findings.holds, "hold"), "and",
                ReadableNumber.counted(findings.ranked, "place"), "in rankings compared with",
                ReadableNumber.counted(findings.lines, "line"), "of the journal",
            ].joined(separator: " ")
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
        let count = findings.differences.count
        lines.append(
            Style.red(count == 1 ? "1 difference:" : "\(count) differences; the first:"))
        lines += ([first] + findings.differences.dropFirst().prefix(mostShown - 1)).map {
            Text.printable("\($0.key): \($0.message)")
        }
        return lines.joined(separator: "\n")
    }
}
