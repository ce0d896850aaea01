// One operation of a worker, and what it was told: what the checker knows of the outside.

import Foundation
import RESP

/// A call that a worker makes under a key of its own.
struct FaultCall: Sendable {
    enum Kind: Sendable { case reserve, charge, record }

    let key: String
    let kind: Kind
    let user: String
    let session: String
    let run: String
    let agent: String
    /// Estimated, or used by what isn't reserved. A thousand cost a cent.
    let tokens: Int64
    /// What a commit says was used.
    let actual: Int64
    /// Of a worker that dies holding; nil for the others.
    var ttl: Int?

    var subject: String { "user \(user) session \(session) run \(run) agent \(agent)" }

    private func usage(_ tokens: Int64) -> String {
        "model gpt-4o input_tokens 0 output_tokens \(tokens)"
    }

    /// The request of a question or an operation.
    func line(_ verb: FaultAttempt.Verb, id: String) -> String {
        switch verb {
        case .reserve:
            "RESERVE idempotency_key \(key) \(subject) \(usage(tokens))"
                + (ttl.map { " ttl_ms \($0)" } ?? "")
        case .charge: "CHARGE idempotency_key \(key) \(subject) \(usage(tokens))"
        case .record: "RECORD idempotency_key \(key) \(subject) \(usage(tokens))"
        case .check: "CHECK \(subject) \(usage(tokens))"
        case .usage: "USAGE \(subject)"
        case .status: "STATUS idempotency_key \(key)"
        case .commit: "COMMIT \(id) input_tokens 0 output_tokens \(actual)"
        case .release: "RELEASE \(id)"
        case .extend: "EXTEND \(id) ttl_ms 60000"
        }
    }
}

/// One request and its answer.
struct FaultAttempt: Sendable {
    enum Verb: Sendable {
        case reserve, charge, record, check, usage, status, commit, release, extend
    }

    let verb: Verb
    let call: FaultCall
    /// Since the load began, in nanoseconds.
    let start: Int64
    let end: Int64
    let answer: FaultAnswer
}

/// What an answer said, as far as a checker can hold it against the books.
struct FaultAnswer: Sendable {
    struct Standing: Equatable, Sendable {
        let limit: String
        let spent: Int64
        let held: Int64
    }

    /// An error's first word; `LOST` where the connection ended before an answer.
    var error: String?
    var id: String?
    var state: String?
    var isAllowed: Bool?
    var isReplay = false
    var sequence: Int64?
    var tokens: Int64?
    /// The names of the limits that a denial names, in the policy's order.
    var failed: [String] = []
    /// The limits of USAGE, or the first of a denial.
    var standings: [Standing] = []

    static let lost = FaultAnswer(error: "LOST")

    private init(error: String) { self.error = error }

    init(_ value: RESPValue) {
        error = value.errorCode
        id = value.text("id")
        state = value.text("state")
        isAllowed = value.text("decision").map { $0 == "allow" }
        isReplay = value.text("replayed") == "1"
        sequence = value["seq"]?.integer
        tokens = value["tokens"]?.integer
        failed = value.list("failed")
        standings = value.maps("limits").map { Self.standing($0) }
        if isAllowed == false, value.text("limit") != "null" { standings = [Self.standing(value)] }
    }

    private static func standing(_ value: RESPValue) -> Standing {
        let name = value.text("limit") ?? "?"
        func number(_ field: String) -> Int64 {
            let text = value.text(field) ?? "?"
            guard name == PlainBooks.cost.name else { return Int64(text) ?? -1 }
            let nano = (Decimal(string: text) ?? -1) * 1_000_000_000
            return NSDecimalNumber(decimal: nano).int64Value
        }
        return Standing(limit: name, spent: number("spent"), held: number("held"))
    }

    /// Whether it certainly had no effect.
    var hadNoEffect: Bool { error == "UNAVAILABLE" || error == "OVERLOADED" }
    /// Whether it may or may not have had one.
    var isUncertain: Bool { error == "OUTCOME_UNKNOWN" || error == "LOST" }
}
