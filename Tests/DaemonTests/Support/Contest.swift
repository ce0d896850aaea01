// Many workers that compete for a budget which is too small for all of them.

import Foundation
import RESP
import Testing

/// One way of competing for one measure.
struct Contest: Sendable, CustomTestStringConvertible {
    enum Way: String, CaseIterable {
        case reserve, charge, mixed, hold
    }

    /// A measure and the field that its limit counts by.
    enum Measure: String, CaseIterable {
        case cost = "user"
        case tokens = "session"
        case calls = "agent"
        case inFlight = "tool"

        var limit: String { self == .inFlight ? "in-flight" : "\(self)" }

        /// So many calls of 1000 tokens that cost a cent, as USAGE shows them.
        func text(_ calls: Int) -> String {
            switch self {
            case .cost: "\(Decimal(calls) / 100)"
            case .tokens: "\(calls * 1000)"
            case .calls, .inFlight: "\(calls)"
            }
        }
    }

    static let all: [Contest] = [1, 2].flatMap { daemons in
        Measure.allCases.flatMap { measure in
            Way.allCases.filter { ($0 == .hold) == (measure == .inFlight) }.map {
                Contest(daemons: daemons, measure: measure, way: $0)
            }
        }
    }

    static let cap = 100
    static let workers = 64
    static let attempts = 4

    let daemons: Int
    let measure: Measure
    let way: Way

    var testDescription: String { "\(way) \(measure.limit), daemons: \(daemons)" }

    /// What one worker achieved.
    struct Outcome: Sendable {
        var committed: [String] = []
        var held: [String] = []
        var denied = 0
        var others: [String] = []
    }

    /// All attempts of one worker.
    func compete(_ worker: Int, _ client: Client) throws -> Outcome {
        var outcome = Outcome()
        for attempt in 0..<Self.attempts {
            let way = way == .mixed ? [.charge, .reserve, .hold][worker % 3] : way
            let answer = try client.ask(
                (way == .charge ? "CHARGE" : "RESERVE")
                    + " idempotency_key \(worker)-\(attempt) \(measure.rawValue) x run r"
                    + " model gpt-4o input_tokens 0 output_tokens 1000")
            guard answer.isAllowed, let id = answer.text("id") else {
                if answer.text("limit") == measure.limit {
                    outcome.denied += 1
                } else {
                    outcome.others.append(answer.errorLine ?? "\(answer)")
                }
                continue
            }
            switch way {
            case .charge, .mixed: outcome.committed.append(id)
            case .hold: outcome.held.append(id)
            case .reserve:
                let commit = try client.ask("COMMIT \(id)")
                if commit.text("state") != "committed" { outcome.others.append("\(commit)") }
                outcome.committed.append(id)
            }
        }
        return outcome
    }
}
