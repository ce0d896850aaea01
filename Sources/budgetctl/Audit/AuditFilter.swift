// Which lines of the audit are asked for.

import ArgumentParser
import BudgetModel

struct AuditFilter: ParsableArguments {
    @OptionGroup var subject: FieldArguments

    @Option(
        help: ArgumentHelp("Only what was done: \(Act.actions.joined(separator: ", "))."),
        completion: .list(Act.actions))
    var action: String?

    @Option(help: "Only what somebody did: uid:1000, or the name of a token.")
    var actor: String?

    @Option(help: "Only what was done to a limit.")
    var limit: String?

    @Option(parsing: .unconditional, help: "Nothing older: 2h, 7d, or 2026-12-01T00:00Z.")
    var since: String?

    @Option(parsing: .unconditional, help: "Only what is older: 2h, 7d, or 2026-12-01T00:00Z.")
    var until: String?

    /// The words of a request, by the daemon's clock.
    func words(_ session: Session) throws(Failure) -> [String] {
        var words = try subject.words()
        for (name, value) in [("action", action), ("actor", actor), ("limit", limit)] {
            if let value { words += [name, value] }
        }
        let begin = try Self.moment(since, "--since", session)
        let end = try Self.moment(until, "--until", session)
        if let begin, let end, end <= begin {
            throw Failure.usage(
                "--until is \(until ?? ""), which is not after --since, \(since ?? "")")
        }
        for (name, moment) in [("since_ms", begin), ("until_ms", end)] {
            if let moment { words += [name, "\(moment)"] }
        }
        return words
    }

    private static func moment(
        _ text: String?, _ option: String, _ session: Session
    ) throws(Failure) -> Int64? {
        guard let text else { return nil }
        if let moment = HumanTime.moment(text) { return moment }
        guard let length = HumanTime.length(text) else {
            throw Failure.usage(
                "\(option) is \(text); expected \(HumanTime.lengthForm) before now, or "
                    + HumanTime.momentForm)
        }
        guard let now = try session.ask(["USAGE"])["now_ms"]?.integer else {
            throw Failure.notUnderstood("it doesn't tell the time")
        }
        return max(0, now - length)
    }
}
