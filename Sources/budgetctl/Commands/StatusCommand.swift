// What the daemon says of itself.

import ArgumentParser
import RESP

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "The daemon: version, uptime, connections, its policy, its clock.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let session = try connection.connect()
        let information = try Information(session)
        // Answered from Redis, so that it shows whether that answers.
        let standing = try session.ask(["USAGE"])
        connection.show(information.answer(standing)) { answer in
            answer.entries.map { Self.lines($0, standing) } ?? ""
        }
    }

    private static func lines(_ entries: [RESPValue.Entry], _ standing: RESPValue) -> String {
        var table = Table([.text(""), .text("")])
        for entry in entries {
            let name = (entry.key.string ?? "?").replacing("_", with: " ")
            let value = entry.value.string ?? entry.value.integer.map { "\($0)" } ?? ""
            table.add([name, value])
        }
        return String(table.text.drop { $0.isWhitespace })
    }
}
