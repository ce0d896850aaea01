// One random history: operations go to stores on a real Redis and to the reference ledgers, and
// every answer has to be the same. At the end the books are compared whole.

import BudgetModel
import TestSupport

@testable import BudgetStore

struct RandomHistory {
    /// A difference, with all that is needed to see it again.
    struct Difference: Error, CustomStringConvertible {
        let description: String
    }

    /// How operations reach Redis.
    enum Manner {
        /// Each waits for the answer before it.
        case oneByOne
        /// Many at once to one store, so that batches form.
        case bursts
        /// Many at once to two stores that know nothing of each other.
        case twoStores

        var stores: Int { if case .twoStores = self { 2 } else { 1 } }
    }

    /// One of them is spelt like keys are.
    static let tenants = ["acme", "{b}:é"]

    let seed: UInt64
    let manner: Manner
    let size: Int
    let redis: TestRedis
    let harness: StoreHarness
    private(set) var ledgers: [String: ReferenceLedger] = [:]
    private var workload: HistoryWorkload
    /// What flips behind the daemon's back, beside the workload's own dice.
    private var spoils: SeededGenerator
    private(set) var done = 0
    /// How often each kind of answer was given: a history that is denied everything tests little.
    private(set) var answers: [String: Int] = [:]
    /// How many limits kept what was used, and began at nothing, over a reload.
    private(set) var reloads = (kept: 0, begun: 0)

    init(seed: UInt64, manner: Manner, size: Int) throws {
        self.seed = seed
        self.manner = manner
        self.size = size
        redis = try TestRedis()
        harness = try StoreHarness(redis.socketPath, stores: manner.stores)
        workload = HistoryWorkload(seed: seed)
        spoils = SeededGenerator(seed: ~seed)
        try adoptPolicy()
        for tenant in Self.tenants { ledgers[tenant] = ReferenceLedger(tenant: tenant) }
    }

    /// Carries it all out.
    mutating func run() throws {
        let leaps = 12
        var nextLeap = size / leaps
        var nextGeneration = 0
        while done < size {
            if done >= nextLeap {
                nextLeap += size / leaps
                try topAudit.run(pick: 40)
                try topAudit.runHistories(pick: 8)
                _ = workload.clock.leap()
            }
            if done >= nextGeneration {
                nextGeneration += 150
                workload.renew()
                // Without any steering a lone reservation goes the script's short way.
                if workload.random.oneIn(manner.isBatched ? 8 : 2) { try steerNoMore() }
            }
            if manner.isBatched || workload.random.oneIn(40) { try steer() }
            if workload.random.oneIn(manner.isBatched ? 12 : 150) { try reload() }
            if spoils.oneIn(manner.isBatched ? 40 : 250) { try spoilAndRepair() }
            try burst()
        }
        try BooksAudit(redis: redis, harness: harness, ledgers: ledgers, now: workload.clock.now)
            .run()
        try topAudit.run()
        try topAudit.runHistories(pick: 40)
        try EntriesAudit(harness: harness, ledgers: ledgers, seed: seed).run()
        try endEverything()
        try harness.close()
    }

    private var topAudit: TopAudit {
        TopAudit(
            harness: harness, stores: manner.stores, ledgers: ledgers, now: workload.clock.now,
            seed: seed &+ UInt64(done))
    }

    private mutating func burst() throws {
        let size = !manner.isBatched ? 1 : Int.random(in: 1...90, using: &workload.random)
        var steps: [(store: Int, step: Step)] = []
        for _ in 0..<size {
            let tenant = workload.random.oneIn(5) ? Self.tenants[1] : Self.tenants[0]
            guard let books = ledgers[tenant] else { continue }
            steps.append(
                (
                    Int.random(in: 0..<manner.stores, using: &workload.random),
                    workload.step(books)
                ))
        }
        workload.clock.advance(using: &workload.random)
        if workload.random.oneIn(60) { overtake(steps[0].step) }
        let now = workload.clock.now
        try harness.setClock(now)
        let outcomes = try harness.perform(steps)
        for (index, place) in try order(steps, outcomes).enumerated() {
            try compare(steps[place].step, outcomes[place], at: now, number: done + index)
        }
        done += steps.count
    }

    /// Moves the clock to the last moment of a plan, or past it.
    private mutating func overtake(_ step: Step) {
        guard case .admit(let admission) = step, admission.validUntil < .max else { return }
        workload.clock.reach(admission.validUntil - (workload.random.oneIn(3) ? 1 : 0))
    }

    /// The order of history. One store decides in the order of asking; of two, the sequence
    /// numbers tell: what changed something comes before what was answered as of it.
    private func order(
        _ steps: [(store: Int, step: Step)], _ outcomes: [Outcome]
    ) throws -> [Int] {
        guard manner.stores > 1 else { return Array(steps.indices) }
        let places = try outcomes.indices.map { index in
            let answer = try outcomes[index].get()
            var changed = false
            if case .done = answer.result { changed = steps[index].step.changes }
            return (sequence: answer.moment.sequence, rank: changed ? 0 : 1, index: index)
        }
        return places.sorted {
            ($0.sequence, $0.rank, $0.index) < ($1.sequence, $1.rank, $1.index)
        }.map(\.index)
    }

    private mutating func compare(
        _ step: Step, _ outcome: Outcome, at now: Int64, number: Int
    ) throws {
        guard var expected = ledgers[step.tenant]?.apply(step, at: now) else { return }
        let found = try? outcome.get()
        answers[Self.name(expected.result), default: 0] += 1
        // Inside a batch the hint may still tell of holds that the batch itself has ended.
        if manner.isBatched, found?.result.hint == true, expected.result.hint == false {
            expected.result = expected.result.withHint
        }
        guard found != expected else { return }
        throw Difference(
            description: """
                seed \(seed), \(manner), operation \(number) of \(size), at \(now)
                step:      \(step)
                reference: \(expected)
                store:     \(outcome)
                """)
    }

    private mutating func steer() throws {
        let tenant = workload.random.pick(Self.tenants)
        guard let act = workload.act(tenant) else { return }
        try harness.setClock(workload.clock.now)
        try perform(act, store: .random(in: 0..<manner.stores, using: &workload.random))
    }

    private mutating func perform(_ act: Act, store: Int = 0) throws {
        let now = workload.clock.now
        let found = try harness.perform(act, store: store)
        guard let expected = ledgers[act.id.tenant]?.apply(act, at: now), found != expected else {
            return
        }
        throw Difference(
            description: """
                seed \(seed), \(manner), after operation \(done) of \(size), at \(now)
                act:       \(act.change) \(act.scope.canonical) \(act.limit?.name ?? "")
                reference: \(expected)
                store:     \(found)
                """)
    }

    /// A number changes behind the daemon's back; what verifying finds sets it back.
    private mutating func spoilAndRepair() throws {
        let tenant = spoils.pick(Self.tenants)
        let now = workload.clock.now
        try harness.setClock(now)
        guard let spoilt = try BooksSpoiler(redis, tenant).spoil(&spoils) else { return }
        let findings = try harness.verify(tenant, at: now, page: 500)
        guard findings.corrections.map(\.key) == [spoilt.key] else {
            throw Difference(
                description: "seed \(seed), after \(done), at \(now): \(spoilt), \(findings)")
        }
        for correction in findings.corrections {
            try perform(try workload.act(correction, tenant, harness))
        }
        let left = try harness.verify(tenant, at: now, page: 500).differences
        guard left != [] else { return }
        throw Difference(description: "seed \(seed), after \(done): \(spoilt), left \(left)")
    }

    private func adoptPolicy() throws {
        let rules = ReservationRules(onExpire: workload.charges ? .charge : .release)
        try harness.adopt(
            Policy(
                timeZone: TopAudit.timeZone, limits: workload.planner.limits, reservations: rules))
    }

    /// Another policy: where a limit's cap, name or mode changes, what was used stays; where
    /// anything else does, it begins at nothing.
    private mutating func reload() throws {
        let tenant = workload.random.pick(Self.tenants)
        let call = workload.sample(tenant)
        let before = try standings(call)
        workload.changePolicy()
        try adoptPolicy()
        for (limit, standing) in try standings(call) {
            let old = before.first { PolicyChanges.isSame($0.limit, limit) }?.standing
            let isNew = workload.policies.isNew(limit)
            guard old != nil || isNew else { continue }
            if let old, old.spent + old.held > 0 { reloads.kept += 1 }
            if isNew { reloads.begun += 1 }
            guard standing.spent == old?.spent ?? 0, standing.held == old?.held ?? 0 else {
                throw Difference(
                    description: """
                        seed \(seed), \(manner), after operation \(done) of \(size), reload
                        limit:  \(limit.name) \(limit.per) \(limit.window) \(limit.measure)
                        before: \(old.map { "\($0)" } ?? "none")
                        after:  \(standing)
                        """)
            }
        }
    }

    /// What the limits of a call stand at, as the store and the reference say.
    private mutating func standings(
        _ call: (Subject, Usage)
    ) throws -> [(limit: Limit, standing: LimitStanding)] {
        let now = workload.clock.now
        try harness.setClock(now)
        let step = workload.planner.usage(call.0, call.1, at: now)
        let outcomes = try harness.perform([(0, step)])
        try compare(step, outcomes[0], at: now, number: done)
        guard case .usage(_, let limits, _, _) = step,
            case .usage(let standings)? = outcomes[0].result
        else { throw Difference(description: "seed \(seed): no usage, \(outcomes[0])") }
        return zip(limits.map(\.limit), standings).map { ($0, $1) }
    }

    private mutating func steerNoMore() throws {
        for tenant in Self.tenants {
            ledgers[tenant]?.steering = [:]
            try redis.command("DEL", Keys.steering(Keys.prefix(tenant)))
        }
    }

    /// Long after the last deadline a sweep leaves nothing held.
    private mutating func endEverything() throws {
        let later = workload.clock.now + 10 * 86_400_000
        try harness.setClock(later)
        for (tenant, books) in ledgers {
            let held = books.reservations.values.filter { $0.state == .held }
            let swept = try harness.sweep(tenant)
            guard swept == held.count else {
                throw Difference(description: "seed \(seed): \(held.count) held, \(swept) swept")
            }
        }
        let prefixes = Self.tenants.map { Keys.prefix($0) }
        try BooksAudit.expectNothingHeld(redis, prefixes)
    }

    private static func name(_ result: StepResult) -> String {
        switch result {
        case .done(_, let late, _): late ? "late" : "done"
        case .denied(let denial): denial.reason.rawValue
        case .found(let reservation): "found " + reservation.state.name
        case .unknown: "unknown"
        case .stale: "stale"
        case .usage: "usage"
        }
    }
}

extension RandomHistory.Manner {
    var isBatched: Bool { if case .oneByOne = self { false } else { true } }
}

extension StepResult {
    /// Whether a denial tells of overdue holds; nil for others.
    fileprivate var hint: Bool? {
        if case .denied(let denial) = self { denial.hasOverdueHolds } else { nil }
    }

    fileprivate var withHint: StepResult {
        guard case .denied(var denial) = self else { return self }
        denial.hasOverdueHolds = true
        return .denied(denial)
    }
}
