// What is counted, as values: each loop has its own, and they are added up when they are read.

import BudgetModel
import BudgetService

/// The counts of one loop, or of all.
struct MetricCounts: Sendable {
    /// What becomes of reservations, and what is spent without one.
    enum Event: Int, CaseIterable, Sendable {
        case held
        case charged
        case recorded
        case committed
        case lateCommitted
        case released
        case expired

        var name: String {
            switch self {
            case .lateCommitted: "late_committed"
            default: "\(self)"
            }
        }
    }

    /// What comes through one API.
    struct Requests: Sendable {
        var latency = Histogram.latency
        /// By the command's place in the table.
        var commands = Array(repeating: 0, count: Command.allCases.count)
        var errors: [BudgetError.Code: Int] = [:]

        mutating func add(_ other: Requests) {
            latency.add(other.latency)
            for index in commands.indices { commands[index] += other.commands[index] }
            errors.merge(other.errors, uniquingKeysWith: +)
        }
    }

    /// By the kind's raw value, then 0 for allowed or the reason's place from 1 on.
    var decisions = Array(
        repeating: Array(repeating: 0, count: Self.reasons.count + 1), count: Self.kinds.count)
    var events = Array(repeating: 0, count: Event.allCases.count)
    var requests = Array(repeating: Requests(), count: API.allCases.count)
    var redis = Histogram.latency
    var batch = Histogram.batch
    var tokens = Histogram.tokens
    var spending = SpendTable()

    static let reasons: [Reason] = [
        .missingSubject, .unknownModel, .suspended, .rateLimited, .limitExceeded,
    ]
    /// Those that are decided; a record never is.
    static let kinds: [(kind: Admission.Kind, name: String)] = [
        (.reserve, "reserve"), (.charge, "charge"), (.check, "check"),
    ]

    mutating func add(_ other: MetricCounts) {
        for kind in decisions.indices {
            for index in decisions[kind].indices {
                decisions[kind][index] += other.decisions[kind][index]
            }
        }
        for index in events.indices { events[index] += other.events[index] }
        for index in requests.indices { requests[index].add(other.requests[index]) }
        redis.add(other.redis)
        batch.add(other.batch)
        tokens.add(other.tokens)
        spending.add(other.spending)
    }
}

/// The ways in.
public enum API: Int, CaseIterable, Sendable {
    /// The Redis protocol.
    case socket
    /// This module's.
    case http
}

extension Command {
    /// Its place in the table. An enum of this kind is one byte in memory, which is that place; a
    /// test holds it. Requests are counted by it, and a hash of the name would cost more than the
    /// counting.
    var place: Int { withUnsafeBytes(of: self) { Int($0[0]) } }
}
