// Subjects: stopped, let go on, looked at.

import ArgumentParser

struct SubjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subject",
        abstract: "Suspends and resumes a tenant, user, session, run or agent.",
        subcommands: [
            SubjectSuspendCommand.self, SubjectResumeCommand.self, SubjectShowCommand.self,
        ])
}

struct SubjectSuspendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend",
        abstract: "Nothing more is admitted; what is held can be settled.",
        discussion: """
            EXAMPLES
              budgetctl subject suspend run=r1 --reason "loops"
              budgetctl subject suspend tenant=acme --reason "unpaid"
            """)

    @OptionGroup var subject: FieldArguments
    @OptionGroup var act: ActOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let request = ["SUBJECT", "SUSPEND"] + (try subject.words())
        try act.perform(request, connection, connection.connect())
    }
}

struct SubjectResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Ends a suspension.")

    @OptionGroup var subject: FieldArguments
    @OptionGroup var act: ActOptions
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let request = ["SUBJECT", "RESUME"] + (try subject.words())
        try act.perform(request, connection, connection.connect())
    }
}

struct SubjectShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "What is set for a subject: suspensions, caps, grants.")

    @OptionGroup var subject: FieldArguments
    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let session = try connection.connect()
        let answer = try session.ask(["SUBJECT", "SHOW"] + subject.words())
        connection.show(answer, SteeringTable.text)
    }
}
