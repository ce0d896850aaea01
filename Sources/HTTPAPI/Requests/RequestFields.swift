// From a request's path, query, body and key to the `field value` pairs that the service reads.
// What the fields mean, and whether they belong, is the service's to say.

import BudgetModel
import BudgetService
import HTTPTypes
import NIOCore

/// What a request says, not yet looked into.
struct RequestFields: Sendable {
    var positions: [String] = []
    var fields: [(name: FieldName, value: String)] = []

    /// - Parameters:
    ///   - values: of the resource's path.
    ///   - query: what stands behind the question mark.
    ///   - key: the `Idempotency-Key`.
    init(
        _ resource: Resource, values: [String], query: Substring?, body: ByteBuffer,
        headers: HTTPFields
    ) throws(Problem) {
        for (name, value) in zip(resource.values, values) {
            if resource.command.spec.positions.contains(name) {
                positions.append(value)
            } else {
                fields.append((FieldName(name), value))
            }
        }
        try read(query, resource)
        try read(body, headers, resource)
        try take(headers[.idempotencyKey], resource)
    }

    private mutating func read(_ query: Substring?, _ resource: Resource) throws(Problem) {
        guard let query, !query.isEmpty else { return }
        guard !resource.hasBody else {
            throw Self.fault("there is a query; expected all fields in the body")
        }
        for pair in try PercentText.pairs(query) {
            try append(FieldName(pair.name), pair.value, resource)
        }
    }

    private mutating func read(
        _ body: ByteBuffer, _ headers: HTTPFields, _ resource: Resource
    ) throws(Problem) {
        guard body.readableBytes > 0 else { return }
        guard resource.hasBody else {
            throw Self.fault("there is a body; expected all fields in the query")
        }
        let type = headers[.contentType]
        guard type?.split(separator: ";").first?.trimmingSpaces().lowercased() == Self.json else {
            throw Self.unsupported("Content-Type", type, expected: Self.json)
        }
        if let coding = headers[.contentEncoding], coding.lowercased() != "identity" {
            throw Self.unsupported("Content-Encoding", coding, expected: "none")
        }
        for (name, value) in try JSONBody.members(body, of: resource.command.spec) {
            try append(name, value, resource)
        }
    }

    private static let json = "application/json"

    private static func unsupported(
        _ header: String, _ value: String?, expected: String
    ) -> Problem {
        let found = value.map { "is " + FieldText.shown($0) } ?? "is missing"
        return Problem(
            .unsupportedMediaType, .badArgument, "\(header) \(found); expected \(expected)")
    }

    private mutating func append(
        _ name: FieldName, _ value: String, _ resource: Resource
    ) throws(Problem) {
        if case .known(.idempotencyKey) = name, resource.takesKeyHeader {
            throw Self.fault("idempotency_key is in the request; expected it as Idempotency-Key")
        }
        fields.append((name, value))
    }

    private mutating func take(_ key: String?, _ resource: Resource) throws(Problem) {
        guard resource.takesKeyHeader else { return }
        guard let key else {
            guard resource.command.spec.required.contains(.idempotencyKey) else { return }
            throw Self.fault(
                "Idempotency-Key is missing; expected \(Field.idempotencyKey.expectation)")
        }
        // Beyond ASCII nobody agrees on what a header's bytes mean.
        guard key.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw Self.fault(
                "Idempotency-Key is \(FieldText.shown(key)); expected one of ASCII's letters and "
                    + "signs, without blanks")
        }
        fields.append((.known(.idempotencyKey), key))
    }

    static func fault(_ message: String) -> Problem { Problem(.badRequest, .badArgument, message) }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
