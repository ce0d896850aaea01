// What can be shown on a terminal as it changes, and the options of the commands that do.

import ArgumentParser
import RESP

/// Something that is asked for again and again.
protocol LiveView {
    /// Why what is shown may be old.
    var fault: String? { get set }
    /// Takes an answer.
    mutating func take(_ answer: RESPValue)
    /// Takes a key.
    mutating func press(_ key: Character)
    /// The lines that a terminal of that size shows.
    func lines(height: Int, width: Int) -> [String]
}

struct LiveOptions: ParsableArguments {
    @Flag(help: "Shows them on a terminal as they change.")
    var watch = false

    @Option(help: "How often --watch asks: 500ms, 2s, 1m.")
    var interval = "2s"

    /// Shows it until somebody has seen enough.
    func show(
        _ view: some LiveView, _ request: [String], _ connection: ConnectionOptions
    ) throws(Failure) {
        guard !connection.json else {
            throw Failure.usage("--watch is for people; expected it without --json")
        }
        guard let length = HumanTime.length(interval), (200...3_600_000).contains(length) else {
            throw Failure.usage("--interval is \(interval); expected 200ms to 1h")
        }
        try LiveTop(request: request, connection: connection, interval: length).show(view)
    }
}
