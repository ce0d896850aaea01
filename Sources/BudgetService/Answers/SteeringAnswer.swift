// What administrators set, as it is answered.

import BudgetModel

enum SteeringAnswer {
    /// The policy's limits, and a page of the overrides and suspensions of a tenant.
    static func limits(_ page: Page<Steering>, _ tenant: String, _ policy: Policy) -> Answer {
        var pairs: [Answer.Pair] = [
            .init("tenant", .text(tenant)),
            .init("limits", .list(policy.limits(of: tenant).map(limit))),
        ]
        pairs += set(page, policy)
        pairs.append(.init("next", .optional(page.next.flatMap { Int64($0) })))
        DecisionAnswer.append(page.moment, policy, to: &pairs)
        return .map(pairs)
    }

    /// What is set for a subject.
    static func subject(_ page: Page<Steering>, _ subject: Subject, _ policy: Policy) -> Answer {
        var pairs: [Answer.Pair] = [.init("tenant", .text(subject.tenant))]
        pairs += set(page, policy)
        DecisionAnswer.append(page.moment, policy, to: &pairs)
        return .map(pairs)
    }

    private static func limit(_ limit: Limit) -> Answer {
        let flow = limit.window.flow
        return .map([
            .init("limit", .text(limit.name)),
            .init("per", .list(limit.per.map { .text($0.name) })),
            .init("window", .text(limit.window.name)),
            .init("idle_ms", .optional(limit.window.idleMilliseconds)),
            .init("rate", AmountText.answer(flow?.amount, limit.measure)),
            .init("rate_ms", .optional(flow?.milliseconds)),
            .init("measure", .text(limit.measure.name)),
            .init("mode", .text(limit.mode.rawValue)),
            .init("cap", AmountText.answer(limit.cap, limit.measure)),
            .init("match", .list(limit.match.clauses.map(clause))),
        ])
    }

    private static func clause(_ clause: Match.Clause) -> Answer {
        .map([
            .init("field", .text(clause.field.name)),
            .init("patterns", .list(clause.patterns.map(Answer.text))),
        ])
    }

    private static func set(_ page: Page<Steering>, _ policy: Policy) -> [Answer.Pair] {
        let suspended = page.elements.filter(\.isSuspended)
        let overrides = page.elements.flatMap { steering in
            steering.overrides.sorted { $0.key < $1.key }.compactMap { identity, override in
                self.override(steering, identity, override, policy, at: page.moment.now)
            }
        }
        return [
            .init("suspended", .list(suspended.map { .text(readable($0.scope)) })),
            .init("overrides", .list(overrides)),
            .init(
                "unreadable",
                .list(page.elements.filter(\.isUnreadable).map { .text(readable($0.scope)) })),
        ]
    }

    /// What is in force of an override; nil where nothing is any more.
    private static func override(
        _ steering: Steering, _ identity: Int64, _ override: SteeringState.Override,
        _ policy: Policy, at now: Int64
    ) -> Answer? {
        let limit = policy.limits.first { $0.identity == identity }
        let name = steering.names[identity]
        let known = limit?.measure ?? name?.measure
        let measure = known ?? .calls
        let isInForce = override.cap != nil && (override.until.map { now < $0 } ?? true)
        let grants = override.grants.filter { now < $0.until }
        guard isInForce || !grants.isEmpty else { return nil }
        return .map([
            .init("limit", .optional(limit?.name ?? name?.limit)),
            .init("in_policy", .flag(limit != nil)),
            .init("measure", .optional(known?.name)),
            .init("scope", .text(readable(steering.scope))),
            .init(
                "cap", isInForce ? AmountText.answer(override.cap, measure) : .null),
            .init("until_ms", isInForce ? .optional(override.until) : .null),
            .init(
                "grants",
                .list(
                    grants.map { grant in
                        .map([
                            .init("amount", AmountText.answer(grant.amount, measure)),
                            .init("until_ms", .integer(grant.until)),
                        ])
                    })),
        ])
    }

    static func readable(_ scope: String) -> String { Escaping.plain(scope) ?? scope }
}
