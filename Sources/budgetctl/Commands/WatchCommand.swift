// What happens, as it happens.

import ArgumentParser
import BudgetModel
import Foundation
import RESP

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Tells what happens: calls, denials, thresholds, suspensions, grants, resets.",
        discussion: """
            Ends when it is interrupted. Denials are those of the daemon that is asked; all else \
            is told whichever daemon did it. --acts tells only what administrators do, which the \
            role worker may watch too.

            EXAMPLES
              budgetctl watch
              budgetctl watch user=alice run=r1 --tenant acme
              budgetctl watch --since 4711 --json
            """)

    @OptionGroup var subject: FieldArguments

    @Option(help: "Whose events. Default: one's own, or default.")
    var tenant: String?

    @Option(help: "Begins behind this entry: the seq of the last event that was seen.")
    var since: Int64?

    @Flag(help: "Only what administrators do.")
    var acts = false

    @OptionGroup var connection: ConnectionOptions

    func run() throws {
        let channel = try channel()
        let session = try connection.connect()
        _ = try session.ask(["SUBSCRIBE", channel])
        var last = since
        do throws(Failure) {
            while true {
                guard let text = try session.wait()[2]?.string,
                    let event = EventLine(json: text)
                else { throw Failure.notUnderstood("an event") }
                Output.line(connection.json ? text : event.text)
                last = event.sequence
            }
        } catch {
            guard let last else { throw error }
            throw Failure(
                status: error.status, message: error.message,
                hint: "budgetctl watch --since \(last) goes on")
        }
    }

    private func channel() throws(Failure) -> String {
        let words = try subject.words()
        var tenant = tenant
        var pairs: [String] = []
        for index in stride(from: 0, to: words.count, by: 2) {
            let name = words[index]
            guard name != "since" else {
                throw Failure.usage("since is no field of a call; expected --since")
            }
            guard name != "tenant" else {
                guard tenant == nil else {
                    throw Failure.usage("tenant is given twice; expected it once")
                }
                tenant = words[index + 1]
                continue
            }
            pairs.append(Escaping.component(name) + "=" + Escaping.component(words[index + 1]))
        }
        if let since { pairs.append("since=\(since)") }
        let family = acts ? "acts" : "events"
        let whose = Escaping.component(tenant ?? "")
        return "\(family):\(whose)" + (pairs.isEmpty ? "" : ":" + pairs.joined(separator: ","))
    }
}

extension RESPValue {
    /// An element of an array.
    fileprivate subscript(place: Int) -> RESPValue? {
        guard let array, array.indices.contains(place) else { return nil }
        return array[place]
    }
}
