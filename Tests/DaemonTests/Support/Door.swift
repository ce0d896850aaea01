// The two ways in behind one question, so that a table of behaviour cases goes through both: a line
// of words as one types them into redis-cli, and what comes of it.

import BudgetService
import Foundation
import RESP
import TestSupport

@testable import HTTPAPI

/// A way in.
enum Door: String, CaseIterable {
    case socket
    case http

    /// What comes of a request: the error's code, or the answer's fields as text.
    struct Outcome: Equatable {
        var code: String?
        var fields: [String: String] = [:]

        /// One word: the code, the decision with its reason, the state, or `ok`.
        var word: String {
            if let code { return code }
            if fields["decision"] == "deny" { return "deny " + (fields["reason"] ?? "") }
            return fields["decision"] ?? fields["state"] ?? "ok"
        }
    }

    /// Asks over a connection of its own.
    func ask(_ daemon: HTTPDaemon, _ line: String) throws -> Outcome {
        switch self {
        case .socket:
            let reply = try daemon.daemon.ask(line)
            if let code = reply.errorCode { return Outcome(code: code) }
            let pairs = reply.fieldNames.compactMap { name in
                reply.text(name).map { (name, $0) }
            }
            return Outcome(fields: Dictionary(pairs) { first, _ in first })
        case .http:
            let answer = try Self.send(line, by: daemon.client)
            let pairs = answer.json.keys.compactMap { name in
                answer.text(name).map { (name, $0) }
            }
            let fields = Dictionary(pairs) { first, _ in first }
            let isProblem = answer.status != 200 && fields["code"] != "DENIED"
            let code = fields["code"] ?? "\(answer.status)"
            return Outcome(code: isProblem ? code : nil, fields: fields)
        }
    }

    /// The line as the request that the resource table makes of it.
    static func send(_ line: String, by client: HTTPClient) throws -> HTTPAnswer {
        var words = Client.words(line)
        let named = Command.allCases.first { words.starts(with: $0.words.map(String.init)) }
        guard let command = named else { throw DaemonFailure(description: "no command: \(line)") }
        words.removeFirst(command.words.count)
        let hasPlace = words.count % 2 == 1
        let resource = Resource.all.first { resource in
            let placed = resource.values.contains { command.spec.positions.contains($0) }
            return resource.command == command && placed == hasPlace
        }
        guard let resource else { throw DaemonFailure(description: "no resource: \(line)") }
        return try ResourceRequest(resource, words).send(by: client)
    }
}
