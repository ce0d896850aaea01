// What is measured, and what is compared with what.

/// One load on one server. P is how many requests of a connection are under way.
enum EngineCase: String, CaseIterable {
    case homeMadeSingle = "home_made_p1"
    case homeMadePipelined = "home_made_p16"
    case reserveSingle = "reserve_p1"
    case reservePipelined = "reserve_p16"
    case batchOfOneRun = "batch16_one_run"
    case batchOfFourRuns = "batch16_four_runs"
    case batchOfSixteenRuns = "batch16_sixteen_runs"
    case daemonSingle = "daemon_p1"
    case daemonPipelined = "daemon_p16"
    case fewUsers = "reserve_few_users"
    case manyUsers = "reserve_many_users"

    var title: String {
        switch self {
        case .homeMadeSingle: "home-made script, P=1"
        case .homeMadePipelined: "home-made script, P=16"
        case .reserveSingle: "reserve, P=1"
        case .reservePipelined: "reserve, P=16"
        case .batchOfOneRun: "batch of 16, calls of one run"
        case .batchOfFourRuns: "batch of 16, 4 runs of 4 users"
        case .batchOfSixteenRuns: "batch of 16, 16 different users"
        case .daemonSingle: "RESERVE through budgetd, P=1"
        case .daemonPipelined: "RESERVE through budgetd, P=16"
        case .fewUsers: "reserve, few users present, P=16"
        case .manyUsers: "reserve, many users present, P=16"
        }
    }
}

/// A part measured against a whole, in the same round.
struct EngineRatio {
    let name: String
    let title: String
    let part: EngineCase
    let whole: EngineCase
    var goal: Double?
    var value: @Sendable (Sample, Sample) -> Double = { $0.redisMicros / $1.redisMicros }

    static let all = [
        EngineRatio(
            name: "reserve_p1", title: "reserve / home-made, Redis CPU, P=1",
            part: .reserveSingle, whole: .homeMadeSingle, goal: 1.3),
        EngineRatio(
            name: "reserve_p16", title: "reserve / home-made, Redis CPU, P=16",
            part: .reservePipelined, whole: .homeMadePipelined, goal: 1.3),
        EngineRatio(
            name: "batch16_one_run", title: "batch of one run / home-made at P=16, Redis CPU",
            part: .batchOfOneRun, whole: .homeMadePipelined, goal: 0.8),
        EngineRatio(
            name: "batch16_four_runs", title: "batch of 4 runs / home-made at P=16, Redis CPU",
            part: .batchOfFourRuns, whole: .homeMadePipelined, goal: 0.8),
        EngineRatio(
            name: "batch16_sixteen_runs", title: "batch of 16 users / home-made at P=16, Redis CPU",
            part: .batchOfSixteenRuns, whole: .homeMadePipelined, goal: 0.8),
        EngineRatio(
            name: "daemon_cpu_p1", title: "budgetd's CPU / Redis's under it, in batches, P=1",
            part: .daemonSingle, whole: .daemonSingle, goal: 0.7
        ) { ($0.daemonMicros ?? 0) / $1.redisMicros },
        // The daemon gathers calls into batches, so that Redis under it has less to do.
        EngineRatio(
            name: "daemon_cpu_direct_p1", title: "budgetd's CPU / Redis's, called directly, P=1",
            part: .daemonSingle, whole: .reserveSingle
        ) { ($0.daemonMicros ?? 0) / $1.redisMicros },
        EngineRatio(
            name: "daemon_rate_p1", title: "rate through budgetd / reserve called directly, P=1",
            part: .daemonSingle, whole: .reserveSingle
        ) { $0.decisionsPerSecond / $1.decisionsPerSecond },
        EngineRatio(
            name: "daemon_rate_p16", title: "the same, P=16",
            part: .daemonPipelined, whole: .reservePipelined
        ) { $0.decisionsPerSecond / $1.decisionsPerSecond },
        EngineRatio(
            name: "growth", title: "many users / few users present, Redis CPU, P=16",
            part: .manyUsers, whole: .fewUsers, goal: 1.15),
    ]
}
