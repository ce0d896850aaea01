// NEAR: whose budgets are nearest to their caps. Nothing is kept for it, so no decision pays for
// it; it is found when it is asked for.
//
// All subjects of a limit have the same cap, so those that are nearest to it are those that spent
// most: the ranking of the limit's own field, measure and window has them, for any number of
// subjects. Those who have a cap or a grant of their own are looked at beside. Then what each limit
// stands at is read, as USAGE reads it, a few subjects at a time, and ranked by the share that is
// used. Where only those are wanted of which something is left, the ranking is read from the cap
// down. A page further back ranks anew, and looks at as many more.
//
// Rejected: a ranking by share that each decision keeps (another write for each limit of each
// call), and reading all counters (as many as there are users).

import BudgetModel

/// One search. Confined to its service's loop.
final class NearSearch {
    typealias Row = (planned: PlannedLimit, standing: LimitStanding)
    typealias Found = (rows: [Row], next: Int?, moment: Moment)

    /// What is looked for.
    struct Asked {
        var tenant: String
        /// Only that of which something is left.
        var hasLeft: Bool
        /// How many are passed over.
        var from: Int
        var count: Int

        /// The place behind the page.
        var end: Int { min(from + count, max(from, Bounds.maxPage)) }
    }

    /// Whose limits are looked at: a field and its value, by bytes; nil for the tenant's own.
    private struct Candidate: Hashable {
        let field: SubjectField
        let value: [UInt8]
    }

    private struct Place: Hashable {
        let limit: Int64
        let scope: [UInt8]
    }

    /// Subjects that are read at a time, so that calls of the tenant come between them.
    private static let atATime = 32
    /// Pages of what is set beside the policy: some 5,000 subjects.
    private static let mostPages = 10

    private let service: BudgetService
    private let asked: Asked
    private let completion: (Result<Found, BudgetError>) -> Void
    private var waiting = 0
    private var fault: BudgetError?
    private var candidates: Set<Candidate> = []
    private var subjects: [Subject] = []
    private var found: [Place: Row] = [:]
    private var moment: Moment?
    private var isDone = false

    init(
        _ service: BudgetService, _ asked: Asked,
        completion: @escaping (Result<Found, BudgetError>) -> Void
    ) {
        self.service = service
        self.asked = asked
        self.completion = completion
    }

    /// Searches; the completion comes once.
    func begin() {
        let rankings = Self.rankings(service.policy.limits(of: asked.tenant), asked)
        waiting = rankings.count + 1
        readSteering(cursor: 0, pages: Self.mostPages)
        for (query, field) in rankings {
            service.ledger.top(query) { result in
                self.take(result) { spenders in
                    for row in spenders.rows {
                        self.candidates.insert(
                            Candidate(field: field, value: Array(row.name.utf8)))
                    }
                }
            }
        }
    }

    private func readSteering(cursor: Int, pages: Int) {
        service.administration.steering(tenant: asked.tenant, cursor: cursor) { result in
            if case .success(let page) = result, pages > 1,
                let next = page.next.flatMap({ Int($0) })
            {
                self.add(page.elements)
                self.readSteering(cursor: next, pages: pages - 1)
            } else {
                self.take(result) { self.add($0.elements) }
            }
        }
    }

    private func add(_ steered: [Steering]) {
        for steering in steered where !steering.overrides.isEmpty {
            let pairs = Scope.pairs(ofCanonical: steering.scope).filter { $0.field != .tenant }
            guard pairs.count == 1, let (field, value) = pairs.first else { continue }
            candidates.insert(Candidate(field: field, value: Array(value.utf8)))
        }
    }

    private func take<Value>(_ result: Result<Value, BudgetError>, _ body: (Value) -> Void) {
        switch result {
        case .success(let value): body(value)
        case .failure(let error): fault = fault ?? error
        }
        waiting -= 1
        guard waiting == 0 else { return }
        if let fault { return completion(.failure(fault)) }
        read()
    }

    /// The rankings that have the nearest of each limit, and which subject's field each is of.
    static func rankings(
        _ limits: [Limit], _ asked: Asked
    ) -> [(query: TopQuery, field: SubjectField)] {
        var rankings: [(query: TopQuery, field: SubjectField)] = []
        for limit in limits where limit.match.isEmpty {
            let fields = limit.per.filter { $0 != .tenant }
            guard fields.count == 1, let field = fields.first,
                let ranked = TopField(name: field.name)
            else { continue }
            let isSum = Measure.sums.contains(limit.measure)
            let window = limit.window.ranked
            let isExact = isSum && limit.window == .calendar(window)
            // One more than the page has, to know of the next.
            let query = TopQuery(
                tenant: asked.tenant, field: ranked, measure: isSum ? limit.measure : .calls,
                window: window, count: min(asked.end + 1, Bounds.maxPage),
                below: asked.hasLeft && isExact ? limit.cap : nil)
            if !rankings.contains(where: { $0.query == query }) { rankings.append((query, field)) }
        }
        return rankings
    }

    // MARK: Reading what they stand at

    private func read() {
        subjects = candidates.map { candidate in
            var subject = Subject(tenant: asked.tenant)
            subject[candidate.field] = String(decoding: candidate.value, as: UTF8.self)
            return subject
        }
        subjects.append(Subject(tenant: asked.tenant))
        for _ in 0..<Self.atATime { readNext() }
    }

    private func readNext() {
        guard fault == nil, let subject = subjects.popLast() else { return finish() }
        waiting += 1
        service.standings(subject, Usage()) { result in
            self.waiting -= 1
            switch result {
            case .failure(let error): self.fault = self.fault ?? error
            case .success(let standing):
                self.moment = standing.moment
                for row in zip(standing.limits, standing.standings) {
                    let scope = Array(row.0.scope.canonical.utf8)
                    self.found[Place(limit: row.0.limit.identity, scope: scope)] = row
                }
            }
            self.readNext()
        }
    }

    private func finish() {
        guard waiting == 0, !isDone else { return }
        isDone = true
        if let fault { return completion(.failure(fault)) }
        guard let moment else { preconditionFailure("the tenant itself was looked at") }
        let isWanted = { (row: Row) in
            row.standing.used > 0 && (row.standing.remaining > 0 || !self.asked.hasLeft)
        }
        let rows = found.values.filter(isWanted).map { row in
            let value = Scope.pairs(ofCanonical: row.planned.scope.canonical).last?.value ?? ""
            return (row: row, share: row.standing.share, name: Array(value.utf8))
        }.sorted { left, right in
            guard left.share == right.share else { return left.share > right.share }
            let (one, other) = (left.row.planned.limit.name, right.row.planned.limit.name)
            guard one == other else { return one < other }
            // As the rankings have those who spent the same: in another order the next page, for
            // which more of them are read, would have the ones of this page.
            return right.name.lexicographicallyPrecedes(left.name)
        }.map(\.row)
        let next = rows.count > asked.end && asked.end < Bounds.maxPage ? asked.end : nil
        completion(
            .success((Array(rows.prefix(asked.end).dropFirst(asked.from)), next, moment)))
    }
}

extension LimitStanding {
    /// What is spent and held.
    fileprivate var used: Int64 { spent + held }
    /// What is used of the cap; nothing may be used of a cap of 0.
    fileprivate var share: Double { cap > 0 ? Double(used) / Double(cap) : 1 }
}

extension Window {
    /// The window of a ranking that has, or nearly has, those who used most of this one.
    fileprivate var ranked: CalendarUnit {
        switch self {
        case .calendar(.minute), .bucket: .hour
        case .calendar(let unit): unit
        case .rolling(let length) where length <= 3_600_000: .hour
        case .rolling(let length) where length <= 86_400_000: .day
        case .rolling(let length) where length <= 604_800_000: .week
        case .rolling: .month
        case .lifetime: .day
        }
    }
}
