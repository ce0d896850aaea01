// A command's words as the HTTP request that a row of the resource table makes of them.

import BudgetService
import Foundation
import TestSupport

@testable import HTTPAPI

/// One request.
struct ResourceRequest {
    let method: String
    private(set) var target: String
    private(set) var key: String?
    private(set) var body = ""

    /// - Parameter words: of the socket's request, without the command's name: arguments that have
    ///   a place, then fields with their values.
    init(_ resource: Resource, _ words: [String]) {
        var words = words
        var values: [String: String] = [:]
        if words.count % 2 == 1 || resource.command == .top {
            for name in resource.command.spec.positions { values[name] = words.removeFirst() }
        }
        var fields: [(String, String)] = []
        for index in stride(from: 0, to: words.count, by: 2) {
            let (name, value) = (words[index], words[index + 1])
            if name == "idempotency_key", resource.takesKeyHeader {
                key = value
            } else if resource.values.contains(name) {
                values[name] = value
            } else {
                fields.append((name, value))
            }
        }
        method = resource.method.rawValue
        let path = resource.segments.map { segment in
            switch segment {
            case .word(let word): word
            case .value(let name): Self.escaped(values[name] ?? "")
            }
        }
        target = "/" + path.joined(separator: "/")
        if resource.hasBody {
            let members = fields.map { name, value in
                let isNumber = FieldForm(FieldName(name)) == .whole && Int64(value) != nil
                return "\"\(name)\": " + (isNumber ? value : "\"\(value)\"")
            }
            body = "{" + members.joined(separator: ", ") + "}"
        } else if !fields.isEmpty {
            target += "?" + fields.map { $0 + "=" + Self.escaped($1) }.joined(separator: "&")
        }
    }

    /// Sends it, with more headers than the key's.
    func send(by client: HTTPClient, _ headers: [String: String] = [:]) throws -> HTTPAnswer {
        var headers = headers
        if let key { headers["Idempotency-Key"] = key.replacing(" ", with: "-") }
        return try client.send(method, target, headers: headers, body: body)
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }
}
