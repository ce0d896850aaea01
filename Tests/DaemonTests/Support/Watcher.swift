// A subscriber: one connection that reads what it is told.

import Foundation
import RESP

/// What somebody was told, field by field.
struct Told {
    let channel: String
    let fields: [String: Any]

    var kind: String { text("kind") ?? "" }
    var seq: Int64 { (fields["seq"] as? NSNumber)?.int64Value ?? -1 }

    func text(_ field: String) -> String? {
        (fields[field] as? String) ?? (fields[field] as? NSNumber).map { "\($0)" }
    }

    /// `calls 0.8` for each threshold.
    var warnings: [String] {
        (fields["warnings"] as? [[String: String]] ?? []).map {
            "\($0["limit"] ?? "") \($0["threshold"] ?? "")"
        }
    }
}

/// One subscriber; used by one thread at a time.
final class Watcher {
    let client: Client

    /// Subscribes, and waits until it counts.
    init(_ client: Client, _ channels: String...) throws {
        self.client = client
        try client.send(["SUBSCRIBE " + channels.joined(separator: " ")])
        for (index, channel) in channels.enumerated() {
            let answer = try client.read()
            guard let parts = answer.array, parts.count == 3, parts[0].string == "subscribe",
                parts[1].string == channel, parts[2].integer == Int64(index + 1)
            else { throw DaemonFailure(description: "\(answer)") }
        }
    }

    /// The next thing that it is told.
    func next() throws -> Told {
        let answer = try client.read()
        guard let parts = answer.array, parts.count == 3, parts[0].string == "message",
            let channel = parts[1].string, let text = parts[2].string,
            let fields = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else { throw DaemonFailure(description: answer.errorLine ?? "\(answer)") }
        return Told(channel: channel, fields: fields)
    }

    /// What it is told up to the first that fits, that one included.
    func told(until isLast: (Told) -> Bool) throws -> [Told] {
        var all: [Told] = []
        repeat { all.append(try next()) } while !isLast(all[all.count - 1])
        return all
    }

    /// What it is told up to a charge of that run.
    func told(untilRun run: String) throws -> [Told] {
        try told { $0.text("run") == run }
    }
}
