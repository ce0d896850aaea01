// The policy: what is in force, and what its files say, here or at the daemon.

import ArgumentParser
import BudgetModel
import BudgetService
import RESP

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "The policy in force, and checks of policy files.",
        subcommands: [PolicyShowCommand.self, PolicyCheckCommand.self, PolicyReloadCommand.self])
}

struct PolicyShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "The policy in force, and the daemons on its Redis that have it or another one.",
        discussion: """
            Exits with 1 where daemons differ.

            EXAMPLES
              budgetctl policy show
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let answer = try connection.connect().ask(["POLICY", "SHOW"])
        connection.show(answer, Self.text)
        if answer["agree"]?.integer == 0 { throw ExitCode(ExitStatus.refused.rawValue) }
    }

    private static func text(_ answer: RESPValue) -> String {
        let own = Shown.text(answer, "policy")
        var table = Table([.name("DAEMON"), .text("POLICY"), .text("SAID")])
        for daemon in answer["daemons"]?.array ?? [] {
            let digest = Shown.text(daemon, "digest")
            table.add(
                [Shown.text(daemon, "daemon"), digest, Shown.moment(daemon, "at_ms")],
                digest == own ? nil : .red)
        }
        return "\(own), read from \(Shown.text(answer, "file")) at "
            + Shown.moment(answer, "read_at_ms") + (table.isEmpty ? "" : "\n\n" + table.text)
            + (answer["agree"]?.integer == 0
                ? "\n\n" + Style.red("the daemons decide by different policies") : "")
    }
}

struct PolicyCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reads a policy and its price files as budgetd does, and names every fault.",
        discussion: """
            With a file no daemon is asked; without one the daemon looks at its own, as a reload \
            would. Each fault is a line of file:line: path: message. Exits with 1 where there is \
            one.

            EXAMPLES
              budgetctl policy check policy.yaml
              budgetctl policy check
            """)

    @Argument(help: "The policy file. Default: the daemon's.", completion: .file())
    var file: String?

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        guard let file else {
            let answer = try connection.connect().ask(["POLICY", "CHECK"])
            return try PolicyReading.show(answer, connection)
        }
        switch PolicyReader.read(path: file) {
        case .success(let policy):
            if connection.json {
                let answer = FaultsAnswer.answer([], digest: policy.digest)
                return Output.line(JSONText.text(answer))
            }
            Output.line(
                "\(file) is valid, \(ReadableNumber.counted(policy.limits.count, "limit")), digest "
                    + policy.digest)
        case .failure(let faults):
            let answer = FaultsAnswer.answer(faults.faults)
            Output.line(connection.json ? JSONText.text(answer) : faults.text)
            throw ExitCode(ExitStatus.refused.rawValue)
        }
    }
}

struct PolicyReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "The daemon takes its policy's files as they are now, whole or not at all.",
        discussion: """
            Of several daemons each is asked for itself. A change is an entry of the audit of the \
            tenant default. Exits with 1, and names every fault, where the files are wrong; the \
            policy before stays in force then.

            EXAMPLES
              budgetctl policy reload --reason "caps of December"
            """)

    @Option(help: "Why, for the audit.")
    var reason: String?

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let why = reason.map { ["reason", $0] } ?? []
        let session = try connection.connect()
        do {
            let answer = try session.ask(["POLICY", "RELOAD"] + why, changes: true)
            try PolicyReading.show(answer, connection)
        } catch let failure as Failure where failure.status == .outcomeUnknown {
            throw Failure(
                status: failure.status, message: failure.message,
                hint: "repeat it: the same policy once more is no change")
        }
    }
}

/// What a daemon says of its policy's files.
private enum PolicyReading {
    static func show(_ answer: RESPValue, _ connection: ConnectionOptions) throws {
        let faults = (answer["faults"]?.array ?? []).compactMap(\.string)
        connection.show(answer) { answer in
            guard faults.isEmpty else {
                return faults.map(Text.printable).joined(separator: "\n")
            }
            let isChange = answer["changed"]?.integer == 1
            let what =
                answer["reloaded"]?.integer == 1
                ? (isChange ? "in force now" : "in force as before")
                : (isChange ? "valid, another one than in force" : "valid, and in force")
            return "\(Shown.text(answer, "file")), digest \(Shown.text(answer, "digest")): \(what)"
        }
        if !faults.isEmpty { throw ExitCode(ExitStatus.refused.rawValue) }
    }
}
