// The rankings of spenders against the reference ledger's entries, added up by hand.

import BudgetModel
import Foundation

@testable import BudgetStore

struct TopAudit {
    /// Where the days of random histories begin.
    static let timeZone = TimeZone(identifier: "Europe/Berlin") ?? .gmt
    static let fields = TopField.named + [.label("team"), .label("tier")]

    let harness: StoreHarness
    let stores: Int
    let ledgers: [String: ReferenceLedger]
    let now: Int64
    let seed: UInt64

    /// Asks for every field, measure and window, or for some.
    func run(pick count: Int? = nil) throws {
        var random = SeededGenerator(seed: seed)
        try harness.setClock(now)
        for (tenant, ledger) in ledgers.sorted(by: { $0.key < $1.key }) {
            var windows = CalendarWindows(timeZone: Self.timeZone)
            var queries = Self.queries(tenant)
            if let count { queries = (0..<count).map { _ in random.pick(queries) } }
            for query in queries {
                let found = try harness.top(
                    query, store: Int.random(in: 0..<stores, using: &random))
                let window = windows.window(query.window, at: now)
                let expected = TopSpenders(
                    rows: ledger.top(query, in: window), window: window, isComplete: true,
                    moment: Moment(sequence: ledger.sequence, now: now))
                guard found != expected else { continue }
                throw RandomHistory.Difference(
                    description: """
                        at \(now), \(query)
                        reference: \(expected)
                        store:     \(found)
                        """)
            }
        }
    }

    private static func queries(_ tenant: String) -> [TopQuery] {
        fields.flatMap { field in
            Measure.sums.flatMap { measure in
                TopQuery.windows.map {
                    TopQuery(
                        tenant: tenant, field: field, measure: measure, window: $0, count: 1000)
                }
            }
        }
    }
}

extension ReferenceLedger {
    /// Who spent what in a window, the largest first; of equals the one whose name comes last.
    func top(_ query: TopQuery, in window: WindowInstance) -> [TopSpenders.Row] {
        var sums: [ExactName: Int64] = [:]
        for entry in entries where window.contains(entry.now) {
            guard let (call, sign) = spent(entry), let name = Self.name(query.field, call) else {
                continue
            }
            sums[ExactName(name), default: 0] += sign * call.amounts[query.measure]
        }
        return sums.filter { $0.value > 0 }
            .sorted { ($0.value, $0.key) > ($1.value, $1.key) }
            .map { .init(name: $0.key.text, value: $0.value) }
    }

    /// What an entry spent, or took back.
    private func spent(_ entry: Entry) -> (PricedCall, Int64)? {
        guard let one = entry.digest.flatMap({ reservations[$0] }) else { return nil }
        switch entry.letter {
        case "G", "P": return (one.call, 1)
        case "C", "L": return one.ending.map { ($0.call, 1) }
        // What is charged for an expired reservation is its estimate.
        case "D": return (one.call, 1)
        case "V": return (one.call, -1)
        default: return nil
        }
    }

    private static func name(_ field: TopField, _ call: PricedCall) -> String? {
        switch field {
        case .user: call.subject.user
        case .session: call.subject.session
        case .run: call.subject.run
        case .agent: call.subject.agent
        case .tool: call.subject.tool
        case .model: call.usage.model
        case .provider: call.usage.provider
        case .label(let name): call.subject[.label(name)]
        }
    }
}
