// The four limits that every measured decision stands under, as values for the script and as the
// policy file for the daemon. Caps are so high that all is allowed: a denial is the cheaper answer.

import BudgetModel
import Foundation

enum BenchPolicy {
    static let tenantCost = Limit(
        name: "tenant-month-cost", per: [.tenant], window: .calendar(.month), measure: .cost,
        cap: 9_000_000_000_000_000)
    static let userTokens = tokensOfUser(cap: 9_000_000_000_000)
    static let sessionCost = Limit(
        name: "session-cost", per: [.session], window: .lifetime(idleMilliseconds: 86_400_000),
        measure: .cost, cap: 9_000_000_000_000_000)
    static let runCalls = Limit(
        name: "run-calls", per: [.run], window: .lifetime(idleMilliseconds: nil),
        measure: .calls, cap: 9_000_000_000)

    static let limits = [tenantCost, userTokens, sessionCost, runCalls]

    /// The limits with another cap of a user's tokens.
    static func limits(userCap: Int64) -> [Limit] {
        [tenantCost, tokensOfUser(cap: userCap), sessionCost, runCalls]
    }

    private static func tokensOfUser(cap: Int64) -> Limit {
        Limit(
            name: "user-day-tokens", per: [.user], window: .calendar(.day), measure: .tokens,
            cap: cap)
    }

    /// An hour, so that no hold ends, and no sweep has work, while something is measured.
    static let timeToLive: Int64 = 3_600_000

    static let priceVersion = "openai/gpt-4o@2026-01-01"

    /// The same limits as a file; `prices` names the file beside it.
    static let file = """
        version: 1
        timezone: UTC
        limits:
          - { name: tenant-month-cost, per: [tenant], window: month, measure: cost, cap: 9_000_000 }
          - name: user-day-tokens
            per: [user]
            window: day
            measure: tokens
            cap: 9_000_000_000_000
          - name: session-cost
            per: [session]
            window: lifetime
            idle: 24h
            measure: cost
            cap: 9_000_000
          - { name: run-calls, per: [run], window: lifetime, measure: calls, cap: 9_000_000_000 }
        reservations: { ttl: 1h, grace: 30s, max_ttl: 1h, on_expire: release }
        unknown_model: deny
        prices: [prices.yaml]

        """

    /// Writes the two files, and says where the policy is.
    static func write(in directory: String) throws -> String {
        let policy = directory + "/policy.yaml"
        try file.write(toFile: policy, atomically: false, encoding: .utf8)
        try prices.write(toFile: directory + "/prices.yaml", atomically: false, encoding: .utf8)
        return policy
    }

    static let prices = """
        prices:
          - model: gpt-4o
            provider: openai
            from: 2026-01-01
            per_million: { input: 2.50, output: 10.00 }

        """
}

/// Plans calls as the daemon would, as of one moment.
struct CallPlanner {
    private let month: WindowInstance
    private let day: WindowInstance
    private let policy: [Limit]

    /// - Parameters:
    ///   - now: Unix time in milliseconds.
    ///   - userCap: tokens of a user.
    init(now: Int64, userCap: Int64 = BenchPolicy.userTokens.cap) {
        policy = BenchPolicy.limits(userCap: userCap)
        var windows = CalendarWindows(timeZone: .gmt)
        month = windows.window(.month, at: now)
        day = windows.window(.day, at: now)
    }

    /// The current moment, Unix time in milliseconds.
    static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    func limits(_ subject: Subject) -> [PlannedLimit] {
        policy.compactMap { limit in
            Scope(of: subject, per: limit.per).map {
                PlannedLimit(limit: limit, scope: $0, window: window(limit))
            }
        }
    }

    private func window(_ limit: Limit) -> WindowInstance {
        switch limit.window {
        case .calendar(.month): month
        case .calendar: day
        case .lifetime(let idle): .lifetime(idleMilliseconds: idle)
        case .rolling(let length): .rolling(milliseconds: length)
        case .bucket(let flow): .bucket(flow)
        }
    }

    func reserve(_ call: AgentCall) -> Step { step(.reserve, call) }

    func charge(_ call: AgentCall) -> Step { step(.charge, call) }

    private func step(_ kind: Admission.Kind, _ call: AgentCall) -> Step {
        let subject = call.subject
        let usage = call.usage
        return .admit(
            Admission(
                kind: kind,
                id: ReservationID(tenant: call.tenant, digest: Self.digest(call.ordinal, 1)),
                call: PricedCall(
                    subject: subject, usage: usage,
                    amounts: Amounts(usage, cost: AgentCall.cost),
                    priceVersion: BenchPolicy.priceVersion,
                    bodyDigest: Self.digest(call.ordinal, 2)),
                limits: limits(subject), validFrom: day.from, validUntil: day.until,
                timeToLive: BenchPolicy.timeToLive))
    }

    /// 22 characters, as digests have them.
    private static func digest(_ ordinal: Int, _ salt: UInt64) -> String {
        let high = SeededGenerator.mix(UInt64(ordinal) << 2 | salt)
        let text = String(high, radix: 36) + String(SeededGenerator.mix(high), radix: 36)
        return String((text + String(repeating: "0", count: 22)).prefix(22))
    }
}
