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

    /// Asks for some histories, of those who spent most and of one name.
    func runHistories(pick count: Int) throws {
        var random = SeededGenerator(seed: seed)
        try harness.setClock(now)
        for (tenant, ledger) in ledgers.sorted(by: { $0.key < $1.key }) {
            for _ in 0..<count {
                let field = random.pick([.tenant] + Self.fields)
                var query = HistoryQuery(
                    tenant: tenant, field: field, measure: random.pick(Measure.sums),
                    window: random.pick(HistoryQuery.windows(of: field)),
                    count: Int.random(in: 1...20, using: &random))
                let found = try harness.history(
                    query, store: Int.random(in: 0..<stores, using: &random))
                try compare(found, ledger.history(query, in: found.windows), query)
                guard let one = found.rows.last else { continue }
                query.name = one.name
                try compare(try harness.history(query).rows, [one], query)
            }
        }
    }

    private func compare<Found: Equatable>(
        _ found: Found, _ expected: Found, _ query: HistoryQuery
    ) throws {
        guard found != expected else { return }
        throw RandomHistory.Difference(
            description: """
                at \(now), \(query)
                reference: \(expected)
                store:     \(found)
                """)
    }

    private func compare(
        _ found: SpendHistory, _ rows: [SpendHistory.Row], _ query: HistoryQuery
    ) throws {
        try compare(found.rows, rows, query)
        let kept = HistoryQuery.kept(query.window, of: query.field)
        try compare(found.windows.count, kept + 1, query)
        try compare(found.windows.last?.contains(now), true, query)
        for (one, next) in zip(found.windows, found.windows.dropFirst()) {
            try compare(one.until, next.from, query)
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
        sums(query.field, query.measure, in: window).filter { $0.value > 0 }
            .sorted { ($0.value, $0.key) > ($1.value, $1.key) }
            .map { .init(name: $0.key.text, value: $0.value) }
    }

    private func sums(
        _ field: TopField, _ measure: Measure, in window: WindowInstance
    ) -> [ExactName: Int64] {
        var sums: [ExactName: Int64] = [:]
        for entry in entries where window.contains(entry.now) {
            guard let (call, sign) = spent(entry), let name = Self.name(field, call) else {
                continue
            }
            sums[ExactName(name), default: 0] += sign * call.amounts[measure]
        }
        return sums
    }

    /// What the largest of some windows spent in each.
    func history(_ query: HistoryQuery, in windows: [WindowInstance]) -> [SpendHistory.Row] {
        let rankings = windows.map { window in
            top(
                TopQuery(
                    tenant: query.tenant, field: query.field, measure: query.measure,
                    window: query.window, count: query.count), in: window)
        }
        var known: [ExactName: Int64] = [:]
        for row in rankings.flatMap({ $0.prefix(query.count) }) {
            known[ExactName(row.name), default: 0] += row.value
        }
        var names = known.keys.sorted {
            known[$0] == known[$1] ? $0 < $1 : known[$0] ?? 0 > known[$1] ?? 0
        }.prefix(2 * query.count)
        // A tenant is asked for by its name.
        if query.field == .tenant { names = [ExactName(query.tenant)] }
        let rows = names.map { name in
            SpendHistory.Row(
                name: name.text,
                values: windows.map { sums(query.field, query.measure, in: $0)[name] ?? 0 })
        }
        func sum(_ row: SpendHistory.Row) -> Int64 { row.values.reduce(0, +) }
        return Array(
            rows.sorted {
                sum($0) == sum($1)
                    ? ExactName($0.name) < ExactName($1.name) : sum($0) > sum($1)
            }.prefix(query.count))
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
        case .tenant: call.subject.tenant
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
