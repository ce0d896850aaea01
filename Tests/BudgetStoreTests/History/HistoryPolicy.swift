// The limits of random histories: every measure, calendar windows and lifetimes with and without
// an idle time, matched and shadow limits, scopes of several fields; all of them scarce. What the
// script has a short way for, a lone reservation under enforced sums, must stay frequent: shadow
// limits and limits on tasks are matched, so that they don't apply to every call.

import BudgetModel

enum HistoryPolicy {
    static let minute: Int64 = 60_000
    static let hour: Int64 = 3_600_000

    static let premium = Match([.init(field: .model, patterns: ["gpt-4*", "claude-opus-*"])])
    static let opus = Match([.init(field: .model, patterns: ["claude-opus-*"])])
    static let writer = Match([.init(field: .subject(.agent), patterns: ["writer"])])
    static let free = Match([
        .init(field: .subject(.label("tier")), patterns: ["free"]),
        .init(field: .provider, patterns: ["openai", "azure"]),
    ])

    static func life(_ idle: Int64? = nil) -> Window { .lifetime(idleMilliseconds: idle) }

    static let limits: [Limit] = money + tokens + loops + tasks + moving

    /// What moves with time, where a match or a rare field keeps the rest plain.
    private static let moving = [
        limit("rolling-hour", [.tool], .rolling(milliseconds: hour), .cost, 9_000, warnAt: [0.8]),
        limit("rolling-minute", [.user], .rolling(milliseconds: minute), .tokens, 9_000, opus),
        limit(
            "rolling-day", [.user], .rolling(milliseconds: 24 * hour), .calls, 60, writer,
            warnAt: [0.5, 0.75, 1]),
        limit("rate", [.agent], .bucket(.init(amount: 6, per: minute)), .calls, 3, opus),
        limit(
            "spend-rate", [.user], .bucket(.init(amount: 7_000, per: hour)), .cost, 4_000, writer,
            warnAt: [0.6]),
        limit(
            "shadow-rate", [.tool], .bucket(.init(amount: 11, per: 7_000)), .tokens, 2_000,
            mode: .shadow),
    ]

    private static let money = [
        limit("user-month", [.user], .calendar(.month), .cost, 90_000),
        limit("session", [.session], life(2 * hour), .cost, 6_000, warnAt: [0.8, 0.95]),
        limit("premium", [.user], .calendar(.month), .cost, 30_000, premium),
        limit("free-tier", [.user], .calendar(.day), .cost, 4_000, free, warnAt: [0.5, 0.9]),
        limit("team", [.label("team")], .calendar(.hour), .cost, 15_000),
        limit("tenant", [.tenant], .calendar(.week), .cost, 400_000),
        limit("machine", [.agent], life(30 * minute), .seconds, 40_000),
    ]

    private static let tokens = [
        limit("user-day", [.user], .calendar(.day), .tokens, 30_000),
        limit("user-hour", [.user], .calendar(.hour), .inputTokens, 12_000),
        limit("agent-out", [.session, .agent], .calendar(.day), .outputTokens, 9_000),
        limit("run-tokens", [.run], life(), .tokens, 25_000, opus, mode: .shadow),
    ]

    private static let loops = [
        limit("user-minute", [.user], .calendar(.minute), .calls, 8),
        limit("run-loop", [.run], life(), .calls, 30),
        limit("again", [.run, .fingerprint], life(), .calls, 4),
        limit("retries", [.run, .task], life(hour), .retries, 2),
        limit("no-retries", [.tool], life(10 * minute), .retries, 0),
        limit("fan-out", [.run], life(), .inFlight, 5),
        limit("opus-fan-out", [.user], life(), .inFlight, 3, opus),
    ]

    private static let tasks = [
        limit("run-tasks", [.run], life(), .tasks, 3, writer),
        limit("session-tasks", [.session, .run], life(hour), .tasks, 2, writer),
        limit("opus-tasks", [.run], .calendar(.day), .tasks, 1, opus),
        limit("many-tasks", [.run], life(20 * minute), .tasks, 1, writer, mode: .shadow),
    ]

    private static func limit(
        _ name: String, _ per: [SubjectField], _ window: Window, _ measure: Measure, _ cap: Int64,
        _ match: Match = Match(), warnAt: [Double] = [], mode: Limit.Mode = .enforce
    ) -> Limit {
        Limit(
            name: name, per: per, window: window, measure: measure, cap: cap,
            warnAt: warnAt, match: match, mode: mode)
    }
}
