// The operators' command line. Everything is asked of the daemon over its socket, so that what
// budgetctl may do is decided there; only the checks of files look at them by themselves, and the
// tokens file is changed where it lies, since it says who may ask.
//
// A command reads its arguments, asks (Connection), and shows the answer as a table or, with
// --json, as it came (Output). Whatever goes wrong is one `Failure`, whose exit status says what
// kind of thing it was.

import ArgumentParser
import BudgetModel

@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budgetctl",
        abstract: "Looks at budgetd's budgets and books, and administers them.",
        discussion: """
            Subjects are given as field=value: user=alice, run=r1, label.tier=free, \
            tenant=acme.

            EXAMPLES
              budgetctl usage user=alice run=r1
              budgetctl run r1 --by cost --all
              budgetctl entries user=alice
              budgetctl top user --window month --watch
              budgetctl history agent --window day
              budgetctl near --watch
              budgetctl watch user=alice
              budgetctl grant user-daily-tokens user=alice --amount 50k --for 2h \
            --reason "demo at noon"
              budgetctl suspend run=r1 --reason "loops"
              budgetctl verify --tenant acme
              budgetctl audit verify --tenant acme
              budgetctl usage user=alice --server budgets.example --token-file token
              budgetctl token create gateway --role worker --tenant acme --for 90d
              budgetctl doctor

            EXIT STATUS
            \(ExitStatus.table)
            """,
        version: "budgetctl " + Version.text,
        subcommands: [
            UsageCommand.self, CheckCommand.self, RunCommand.self, EntriesCommand.self,
            TopCommand.self, HistoryCommand.self, NearCommand.self, WatchCommand.self,
            LimitCommand.self, SubjectCommand.self, AuditCommand.self, StatusCommand.self,
            VerifyCommand.self, PolicyCommand.self, PricesCommand.self, TokenCommand.self,
            DoctorCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "The same as limit …, subject …",
                subcommands: [
                    LimitGrantCommand.self, LimitResetCommand.self, SubjectSuspendCommand.self,
                    SubjectResumeCommand.self,
                ])
        ])

    static func main() {
        Output.begin()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            Output.error(failure.text)
            exit(withError: ExitCode(failure.status.rawValue))
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure else { exit(withError: error) }
            Output.error(fullMessage(for: error))
            exit(withError: ExitCode(ExitStatus.usage.rawValue))
        }
    }
}
