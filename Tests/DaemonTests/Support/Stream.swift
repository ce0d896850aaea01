// A watcher over HTTP: server-sent events, each as what it tells.

import Foundation
import TestSupport

/// One stream of events; used by one thread at a time.
final class Stream {
    let events: HTTPEvents

    init(_ daemon: HTTPDaemon, as name: String, _ target: String, after: Int64? = nil) throws {
        var headers = daemon.headers(name)
        headers["Last-Event-ID"] = after.map { "\($0)" }
        events = try HTTPEvents(port: daemon.port, target, headers: headers)
    }

    /// The next thing that it is told; nil at the end.
    func next() throws -> Told? {
        guard let event = try events.next() else { return nil }
        let data = Data((event["data"] ?? "").utf8)
        guard let fields = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw DaemonFailure(description: "\(event)")
        }
        let told = Told(channel: "", fields: fields)
        guard event["id"] == "\(told.seq)" else { throw DaemonFailure(description: "\(event)") }
        return told
    }

    /// What it is told up to the first that fits, that one included.
    func told(until isLast: (Told) -> Bool) throws -> [Told] {
        var all: [Told] = []
        while let one = try next() {
            all.append(one)
            if isLast(one) { return all }
        }
        throw DaemonFailure(description: "the stream ended after \(all.count) events")
    }
}
