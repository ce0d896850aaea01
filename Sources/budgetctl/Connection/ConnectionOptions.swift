// What every command that asks the daemon takes.

import ArgumentParser
import RESP

struct ConnectionOptions: ParsableArguments {
    @Option(
        help: """
            The daemon's unix socket, or redis://127.0.0.1:port, or rediss://host:port for TLS. \
            Default: BUDGETD_SOCKET, or where budgetd listens.
            """,
        completion: .file())
    var socket: String?

    @Option(
        help: ArgumentHelp(
            "A daemon elsewhere, asked over TLS with a token: a host, or host:port (6380).",
            valueName: "host"))
    var server: String?

    @OptionGroup var identity: IdentityOptions

    @Option(help: "Seconds to wait for an answer.")
    var timeout = 10

    @Flag(help: "The answer as JSON, under the names of the protocol.")
    var json = false

    func validate() throws {
        guard (1...3600).contains(timeout) else {
            throw ValidationError("--timeout is \(timeout); expected 1 to 3600 seconds")
        }
        guard socket == nil || server == nil else {
            throw ValidationError("--socket and --server name two daemons; expected one of them")
        }
    }

    /// A new connection.
    func connect() throws(Failure) -> Session {
        let address =
            if let server {
                try Address(server: server)
            } else {
                try Address(socket ?? Address.standard)
            }
        return try Session(address, identity, timeout: timeout)
    }

    /// Shows an answer: as it came, or as `table` makes it.
    func show(_ answer: RESPValue, _ table: (RESPValue) -> String) {
        Output.line(json ? JSONText.text(answer) : table(answer))
    }
}
