// What the comparison has found, as JSON has it.

struct CompareReport: Codable {
    struct Row: Codable {
        let peer: Peer
        let title: String
        let language: Peer.Language
        let load: CompareLoad
        let decisionsPerSecond: Spread
        let p50Micros: Spread
        let p99Micros: Spread
        let p999Micros: Spread
        /// CPU of one decision.
        let clientMicros: Spread
        let daemonMicros: Spread?
        let redisMicros: Spread?
    }

    /// How far 64 workers got past a cap, in calls.
    struct Overspend: Codable {
        let peer: Peer
        let title: String
        let calls: Spread
        /// Of the cap, in the worst round.
        let worstPercent: Double
    }

    let benchmark: String
    let scale: CompareScale
    let rows: [Row]
    let ratios: [Ratio]
    let overspend: [Overspend]

    init(
        _ scale: CompareScale, _ samples: [CompareCase: [Sample]], _ past: [Peer: [Int]]
    ) {
        benchmark = "compare"
        self.scale = scale
        let cases =
            CompareCase.natives
            + Peer.allCases.filter { $0.language == .python }.map { .python($0) }
        rows = cases.compactMap { found in
            guard let samples = samples[found] else { return nil }
            func spread(_ value: (Sample) -> Double?) -> Spread? {
                let values = samples.compactMap(value)
                return values.isEmpty ? nil : Spread(values)
            }
            return Row(
                peer: found.peer, title: found.peer.title, language: found.peer.language,
                load: found.load,
                decisionsPerSecond: Spread(samples.map(\.decisionsPerSecond)),
                p50Micros: Spread(samples.map(\.p50Micros)),
                p99Micros: Spread(samples.map(\.p99Micros)),
                p999Micros: Spread(samples.map(\.p999Micros)),
                clientMicros: Spread(samples.map(\.clientMicros)),
                daemonMicros: spread(\.daemonMicros),
                redisMicros: spread { $0.redisMicros > 0 ? .some($0.redisMicros) : nil })
        }
        ratios = CompareGoal.all.map { $0.ratio(samples) }
        overspend = Peer.allCases.compactMap { peer in
            guard let calls = past[peer], let worst = calls.max() else { return nil }
            return Overspend(
                peer: peer, title: peer.title, calls: Spread(calls.map(Double.init)),
                worstPercent: Double(worst) * 100 / Double(scale.room))
        }
    }
}

/// What the comparison is held against.
struct CompareGoal {
    let name: String
    let title: String
    let part: CompareCase
    let whole: CompareCase
    let goal: Goal
    let value: @Sendable (Sample, Sample) -> Double

    static let all = [
        CompareGoal(
            name: "rate_p1", title: "rate through budgetd / direct, 50 connections",
            part: CompareCase(peer: .budgetd, load: .many),
            whole: CompareCase(peer: .direct, load: .many), goal: .atLeast(1)
        ) { $0.decisionsPerSecond / $1.decisionsPerSecond },
        CompareGoal(
            name: "rate_p16", title: "the same, 16 requests of each under way",
            part: CompareCase(peer: .budgetd, load: .pipelined),
            whole: CompareCase(peer: .direct, load: .pipelined), goal: .atLeast(1.3)
        ) { $0.decisionsPerSecond / $1.decisionsPerSecond },
        CompareGoal(
            name: "added_p50", title: "added median latency, 1 connection, µs",
            part: CompareCase(peer: .budgetd, load: .one),
            whole: CompareCase(peer: .direct, load: .one), goal: .atMost(30)
        ) { $0.p50Micros - $1.p50Micros },
        CompareGoal(
            name: "redis_py", title: "redis-py's time through budgetd / on Redis directly",
            part: .python(.redisPyBudgetd), whole: .python(.redisPyDirect), goal: .atMost(1.1)
        ) { $1.decisionsPerSecond / $0.decisionsPerSecond },
    ]

    /// Each round by itself, so that what slows a whole round down slows both.
    func ratio(_ samples: [CompareCase: [Sample]]) -> Ratio {
        Ratio(
            name: name, title: title,
            values: zip(samples[part] ?? [], samples[whole] ?? []).map { value($0, $1) },
            goal: goal)
    }
}
