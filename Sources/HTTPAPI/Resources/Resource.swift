// The table of resources: which command of the socket API each method of a path is. Everything
// else about them (role, fields, what is required) is in the command table, so nothing is said
// twice.

import BudgetModel
import BudgetService
import HTTPTypes

/// One method of one path.
struct Resource: Sendable {
    let command: Command
    let method: HTTPRequest.Method
    /// The path's parts; those in braces stand for a value.
    let template: String
    let segments: [Segment]

    /// A part of a path.
    enum Segment: Equatable, Sendable {
        case word(String)
        /// The command's argument of that place, or its field of that name.
        case value(String)
    }

    init(_ command: Command, _ method: HTTPRequest.Method, _ template: String) {
        self.command = command
        self.method = method
        self.template = template
        segments = template.split(separator: "/").map { part in
            part.hasPrefix("{") ? .value(String(part.dropFirst().dropLast())) : .word(String(part))
        }
    }

    /// The names of the path's values.
    var values: [String] {
        segments.compactMap { if case .value(let name) = $0 { name } else { nil } }
    }

    /// Whether the fields are a JSON object in the body; else they are in the query.
    var hasBody: Bool { method == .post || method == .put }

    /// The fields that a request of it may give in its body or query.
    var fields: [Field] {
        command.spec.fields.filter { $0 != .idempotencyKey || !takesKeyHeader }
            .filter { !values.contains($0.rawValue) }
    }

    /// Whether the command's key is the request's `Idempotency-Key`; what only looks up a key has
    /// it in the query.
    var takesKeyHeader: Bool {
        method != .get && command.spec.fields.contains(.idempotencyKey)
    }

    static let all: [Resource] = [
        Resource(.reserve, .post, "/v1/reservations"),
        Resource(.status, .get, "/v1/reservations"),
        Resource(.status, .get, "/v1/reservations/{id}"),
        Resource(.commit, .post, "/v1/reservations/{id}/commit"),
        Resource(.release, .post, "/v1/reservations/{id}/release"),
        Resource(.extend, .post, "/v1/reservations/{id}/extend"),
        Resource(.charge, .post, "/v1/charges"),
        Resource(.record, .post, "/v1/records"),
        Resource(.check, .post, "/v1/checks"),
        Resource(.usage, .get, "/v1/usage"),
        Resource(.run, .get, "/v1/runs/{run}"),
        Resource(.top, .get, "/v1/top/{field}/{measure}/{window}"),
        Resource(.history, .get, "/v1/history/{field}/{measure}/{window}"),
        Resource(.near, .get, "/v1/near"),
        Resource(.entries, .get, "/v1/entries"),
        Resource(.limitList, .get, "/v1/limits"),
        Resource(.limitSet, .put, "/v1/limits/{limit}/override"),
        Resource(.limitUnset, .delete, "/v1/limits/{limit}/override"),
        Resource(.limitGrant, .post, "/v1/limits/{limit}/grants"),
        Resource(.limitReset, .post, "/v1/limits/{limit}/resets"),
        Resource(.subjectShow, .get, "/v1/subjects"),
        Resource(.subjectSuspend, .post, "/v1/suspensions"),
        Resource(.subjectResume, .delete, "/v1/suspensions"),
        Resource(.audit, .get, "/v1/audit"),
        Resource(.policyShow, .get, "/v1/policy"),
        Resource(.policyCheck, .post, "/v1/policy/check"),
        Resource(.policyReload, .post, "/v1/policy/reload"),
        Resource(.journal, .get, "/v1/journal"),
        Resource(.counters, .get, "/v1/counters"),
        Resource(.correct, .post, "/v1/corrections"),
    ]
}
