// Policies that are accepted, with every value where it belongs.

import BudgetModel
import BudgetService
import Foundation
import Testing

@Suite struct GoodPolicyTests {
    private static let minute: Int64 = 60_000

    /// The example of the design, without the windows that are not built yet.
    private static let design = """
        version: 1
        timezone: UTC
        tenants: { acme: { timezone: Europe/Berlin } }
        require: [user, run]
        fields: { workflow_id: run, cost_center: tenant }
        limits:
          - name: user-daily-tokens
            per: [user]
            window: day
            measure: tokens
            cap: 100_000
            warn_at: [0.8, 0.95]
          - name: session-cost
            per: [session]
            window: lifetime
            idle: 24h
            measure: cost
            cap: 0.50
          - name: run-loop-guard
            per: [run]
            window: lifetime
            measure: calls
            cap: 50
          - name: premium-models
            per: [user]
            window: month
            measure: cost
            cap: 20
            match: { model: ["gpt-4*", "claude-opus-*"], label.tier: free }
            mode: shadow
        reservations: { ttl: 60s, grace: 30s, max_ttl: 1h, on_expire: charge }
        default_estimate: { chat: { input_tokens: 2000, output_tokens: 500 } }
        unknown_model: deny
        prices: [prices.yaml]
        keep: { keys: 7d, runs: 30d, journal: 30d, late_commit: 7d }
        """

    private static let prices = """
        prices:
          - model: gpt-4o
            provider: openai
            from: 2026-05-01
            per_million: { input: 2.50, output: 10.00, cache_read: 1.25 }
          - { machine: a100, from: 2026-01-01, per_hour: 3.60 }
          - { tool: web_search, from: 2026-01-01, per_call: 0.01 }
        """

    private func read(_ text: String, prices: String = prices) throws -> Policy {
        try PolicyReader.read(text: text, file: "policy.yaml", loadFile: { _ in prices }).get()
    }

    @Test func theLimitsOfTheDesign() throws {
        let policy = try read(Self.design)
        let match = Match([
            Match.Clause(field: .model, patterns: ["gpt-4*", "claude-opus-*"]),
            Match.Clause(field: .subject(.label("tier")), patterns: ["free"]),
        ])
        #expect(
            policy.limits == [
                Limit(
                    name: "user-daily-tokens", per: [.user], window: .calendar(.day),
                    measure: .tokens, cap: 100_000, warnAt: [0.8, 0.95]),
                Limit(
                    name: "session-cost", per: [.session],
                    window: .lifetime(idleMilliseconds: 86_400_000), measure: .cost,
                    cap: 500_000_000),
                Limit(
                    name: "run-loop-guard", per: [.run],
                    window: .lifetime(idleMilliseconds: nil), measure: .calls, cap: 50),
                Limit(
                    name: "premium-models", per: [.user], window: .calendar(.month),
                    measure: .cost, cap: 20_000_000_000, match: match, mode: .shadow),
            ])
    }

    @Test func theSettingsOfTheDesign() throws {
        let policy = try read(Self.design)
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        #expect(policy.timeZone == .gmt)
        #expect(policy.timeZone(of: "acme") == berlin)
        #expect(policy.require == [.user, .run])
        #expect(policy.fields == ["workflow_id": .run, "cost_center": .tenant])
        #expect(
            policy.reservations
                == ReservationRules(
                    ttlMs: Self.minute, graceMs: 30_000, maxTTLMs: 60 * Self.minute,
                    onExpire: .charge))
        #expect(
            policy.defaultEstimate
                == ["chat": UsageEstimate(inputTokens: 2000, outputTokens: 500)])
        #expect(policy.unknownModel == .deny)
        #expect(policy.keep == Retention())
    }

    @Test func thePricesOfTheDesign() throws {
        let entries = try read(Self.design).priceBook.entries
        let versions = [
            "machine:a100@2026-01-01", "openai/gpt-4o@2026-05-01", "tool:web_search@2026-01-01",
        ]
        #expect(entries.map(\.version) == versions)
        #expect(entries[0].rates == Rates(perHour: Rate(femto: 3_600_000_000_000_000)))
        let tokens = TokenRates(
            input: Rate(femto: 2_500_000_000), output: Rate(femto: 10_000_000_000),
            cacheRead: Rate(femto: 1_250_000_000))
        #expect(entries[1].rates == Rates(tokens: tokens))
        #expect(entries[2].rates == Rates(perCall: Rate(femto: 10_000_000_000_000)))
    }

    @Test func whatIsLeftOutHasTheDefaults() throws {
        #expect(try read("version: 1\nlimits: []\n") == Policy())
    }

    @Test func theDigestDoesNotSeeTheSpelling() throws {
        let flow = "version: 1\nlimits: [{name: a, per: user, window: day, measure: cost, cap: 1}]"
        let block = """
            # The same.
            limits:
              - cap: "1.00"
                measure: cost
                window: 'day'
                per:
                  - user
                name: a
                mode: enforce
            unknown_model: deny
            version: 1
            """
        #expect(try read(flow).digest == read(block).digest)
        let other = flow.replacing("cap: 1", with: "cap: 1.01")
        #expect(try read(flow).digest != read(other).digest)
        let dearer = Self.prices.replacing("3.60", with: "3.61")
        #expect(
            try read(Self.design).digest != read(Self.design, prices: dearer).digest)
    }

    @Test func everyUnitOfTime() throws {
        let text = """
            version: 1
            limits: []
            reservations: { ttl: 500ms, grace: 0s, max_ttl: 5m }
            keep: { keys: 1_000h, runs: 2d, journal: 2880m, late_commit: 3600s }
            """
        let policy = try read(text)
        #expect(policy.reservations.ttlMs == 500)
        #expect(policy.reservations.graceMs == 0)
        #expect(policy.reservations.maxTTLMs == 5 * Self.minute)
        #expect(
            policy.keep
                == Retention(
                    keysMs: 60_000 * Self.minute, runsMs: 2 * Retention.day,
                    journalMs: 2 * Retention.day, lateCommitMs: 60 * Self.minute))
    }

    @Test func capsByMeasure() throws {
        let rows: [(String, String, Int64)] = [
            ("cost", "0.1", 100_000_000), ("cost", "0.30000000000000004", 300_000_000),
            ("cost", "1_000", 1_000_000_000_000), ("seconds", "90", 90_000),
            ("seconds", "0.0015", 1), ("tokens", "9_007_199_254_740_991", Bounds.maxSum),
            ("calls", "0", 0), ("retries", "3", 3),
        ]
        for (measure, cap, expected) in rows {
            let text =
                "version: 1\nlimits: [{ name: a, per: [user], window: week, "
                + "measure: \(measure), cap: \(cap) }]\n"
            #expect(try read(text).limits[0].cap == expected, "\(measure) \(cap)")
        }
    }

    @Test func whatWorkersDoWithoutBudgetd() throws {
        let plain = "version: 1\nlimits: []\n"
        let none = try read(plain)
        #expect(none.onUnavailable == .deny)
        #expect(try read(plain + "on_unavailable: deny\n") == none)
        let open = try read(plain + "on_unavailable: { cap: 0.50, within: 60s }\n")
        #expect(open.onUnavailable == .allow(cost: 500_000_000, milliseconds: 60_000))
        #expect(open.digest != none.digest)
    }

    @Test func aPriceForUnknownModelsAndTiers() throws {
        let text = """
            version: 1
            limits: []
            unknown_model: { per_million: { input: 10, output: 30 } }
            prices: [p.yaml]
            """
        let prices = """
            prices:
              - model: m
                from: 2026-01-01
                per_million: { input: 2, output: 0, reasoning: 0.5, cache_write: 2.5 }
                per_unit: 0.04
                tiers: { batch: { input: 1 }, priority: { output: 4 } }
            """
        let policy = try read(text, prices: prices)
        let unknown = TokenRates(
            input: Rate(femto: 10_000_000_000), output: Rate(femto: 30_000_000_000))
        #expect(policy.unknownModel == .price(Rates(tokens: unknown)))
        let rates = try #require(policy.priceBook.entries.first).rates
        #expect(rates.tokens(in: .batch).input == Rate(femto: 1_000_000_000))
        #expect(rates.tokens(in: .batch).output == .free)
        #expect(rates.tokens(in: .priority).output == Rate(femto: 4_000_000_000))
        #expect(rates.tokens(in: .flex) == rates.tokens)
        #expect(rates.tokens.reasoning == Rate(femto: 500_000_000))
        #expect(rates.perUnit == Rate(femto: 40_000_000_000_000))
    }

    @Test func textThatOnlyLooksForbidden() throws {
        let text = """
            version: 1   # R&D: &not an anchor, *not an alias
            limits:
              - { name: "&a *b", per: [user], window: day, measure: cost, cap: 1,
                  match: { model: ["*-mini", '*it''s & co'], user: R&D } }
            """
        #expect(try read(text).limits[0].name == "&a *b")
    }

    /// What a newcomer starts with.
    @Test func theExampleIsAccepted() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appending(path: "deploy/policy.example.yaml").path
        let policy = try PolicyReader.read(path: path).get()
        #expect(
            policy.limits.map(\.name) == [
                "user-daily-tokens", "session-cost", "run-loop-guard", "run-in-flight",
                "tenant-monthly-cost",
            ])
        #expect(policy.priceBook.entries.count == 3)
        var usage = Usage()
        usage.model = "gpt-4o"
        usage.inputTokens = 4000
        usage.outputTokens = 600
        let now: Int64 = 1_795_305_600_000
        #expect(
            policy.cost(of: usage, subject: Subject(), at: now)
                == .priced(nano: 16_000_000, version: "openai/gpt-4o@2026-01-01"))
    }
}
