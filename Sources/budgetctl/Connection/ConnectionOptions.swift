// What every command that asks the daemon takes.

import ArgumentParser
import RESP

struct ConnectionOptions: ParsableArguments {
    @Option(
        help: """
            The daemon's unix socket, or redis://127.0.0.1:port, or rediss://host:port for TLS. \
            Default: BUDGETD_SOCKET, or where budgetd listens.
            """)
    var socket: String?

    @OptionGroup var identity: IdentityOptions

    @Option(help: "Seconds to wait for an answer.")
    var timeout = 10

    @Flag(help: "The answer as JSON, under the names of the protocol.")
    var json = false

    func validate() throws {
        guard (1...3600).contains(timeout) else {
            throw ValidationError("--timeout is \(timeout); expected 1 to 3600 seconds")
        }
    }

    /// A new connection.
    func connect() throws(Failure) -> Session {
        try Session(try Address(socket ?? Address.standard), identity, timeout: timeout)
    }

    /// Shows an answer: as it came, or as `table` makes it.
    func show(_ answer: RESPValue, _ table: (RESPValue) -> String) {
        Output.line(json ? JSONText.text(answer) : table(answer))
    }
}
