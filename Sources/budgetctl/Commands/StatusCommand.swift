// What the daemon says of itself.

import ArgumentParser
import RESP

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "The daemon: version, uptime, connections, its policy, its Redis, its clock.")

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let session = try connection.connect()
        let information = try Information(session)
        connection.show(information.answer(try Self.standing(session))) { answer in
            answer.entries.map(Self.lines) ?? ""
        }
    }

    /// Answered from Redis, so that it shows whether that answers; nil where it doesn't.
    private static func standing(_ session: Session) throws(Failure) -> RESPValue? {
        do {
            return try session.ask(["USAGE"])
        } catch {
            guard error.message.hasPrefix("UNAVAILABLE") else { throw error }
            return nil
        }
    }

    private static func lines(_ entries: [RESPValue.Entry]) -> String {
        var table = Table([.text(""), .text("")])
        for entry in entries where !entry.value.isNull {
            let name = (entry.key.string ?? "?").replacing("_", with: " ")
            let value = entry.value.string ?? entry.value.integer.map { "\($0)" } ?? ""
            table.add([name, value])
        }
        return String(table.text.drop { $0.isWhitespace })
    }
}
