// INFO's lines.

import RESP

/// What the daemon tells of itself.
struct Information {
    private let fields: [String: String]

    init(_ session: Session) throws(Failure) {
        self.init(text: try session.ask(["INFO"]).string ?? "")
    }

    init(text: String) {
        var fields: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":"), line.first != "#" else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        self.fields = fields
    }

    subscript(name: String) -> String? { fields[name] }

    /// What `status` shows.
    ///
    /// - Parameter standing: any answer from Redis; nil where there is none.
    func answer(_ standing: RESPValue?) -> RESPValue {
        func text(_ name: String) -> RESPValue { fields[name].map { .bulk($0) } ?? .null }
        func number(_ name: String) -> RESPValue {
            fields[name].flatMap { Int64($0) }.map { .integer($0) } ?? .null
        }
        let pairs: [(String, RESPValue)] = [
            ("version", text("budgetd_version")), ("process_id", number("process_id")),
            ("uptime_s", number("uptime_in_seconds")),
            ("connections", number("connected_clients")),
            ("connections_max", number("maxclients")),
            ("commands", number("total_commands_processed")),
            ("redis", .bulk(standing == nil ? "does not answer" : "answers")),
            ("redis_address", text("store_address")),
            ("redis_error", fields["store_error"] == "" ? .null : text("store_error")),
            ("redis_error_for_ms", number("store_error_for_ms")),
            ("now_ms", standing?["now_ms"] ?? .null), ("policy", text("policy")),
        ]
        return .map(pairs.map { RESPValue.Entry(key: .bulk($0.0), value: $0.1) })
    }
}
