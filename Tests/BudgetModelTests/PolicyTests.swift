// The policy as a value: its digest, its time zones, its estimates.

import BudgetModel
import Foundation
import Testing

@Suite struct PolicyTests {
    private func policy(
        cap: Int64 = 100, mode: Limit.Mode = .enforce, warnAt: [Double] = [0.8],
        price: Int64 = 5, keepRuns: Int64 = Retention.day, zone: TimeZone = .gmt,
        tenants: [String: TenantSettings] = [:], fields: [String: SubjectField] = [:]
    ) -> Policy {
        let rates = Rates(tokens: TokenRates(input: Rate(femto: price)))
        return Policy(
            timeZone: zone, tenants: tenants, require: [.user, .run], fields: fields,
            limits: [
                Limit(
                    name: "a", per: [.user], window: .calendar(.day), measure: .tokens, cap: cap,
                    warnAt: warnAt, mode: mode)
            ],
            defaultEstimate: ["chat": UsageEstimate(inputTokens: 2000, outputTokens: 500)],
            priceBook: PriceBook([
                PriceEntry(item: .model("m", provider: nil), from: 0, rates: rates)
            ]),
            keep: Retention(runsMs: keepRuns))
    }

    @Test func theDigestIsOfTheContent() throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        let base = policy()
        #expect(policy().digest == base.digest)
        #expect(base.digest.utf8.count == 16)
        let changed = [
            policy(cap: 101), policy(mode: .shadow), policy(warnAt: [0.8, 0.9]),
            policy(price: 6), policy(keepRuns: 1), policy(zone: berlin),
            policy(tenants: ["t": TenantSettings(timeZone: berlin)]),
            policy(fields: ["x": .run]), policy(fields: ["x": .task]), Policy(),
            Policy(unknownModel: .free), Policy(unknownModel: .price(Rates())),
            Policy(reservations: ReservationRules(onExpire: .charge)),
            Policy(defaultEstimate: ["chat": UsageEstimate(inputTokens: 1)]),
            Policy(defaultEstimate: ["chat": UsageEstimate(outputTokens: 1)]),
            Policy(require: [.user]), Policy(require: [.label("user")]),
        ]
        #expect(Set(changed.map(\.digest) + [base.digest]).count == changed.count + 1)
    }

    @Test func aTenantsDaysBeginInItsZone() throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        let policy = policy(tenants: ["acme": TenantSettings(timeZone: berlin)])
        #expect(policy.timeZone(of: "acme") == berlin)
        #expect(policy.timeZone(of: "default") == .gmt)
    }

    @Test func estimatesFillOnlyWhatIsMissing() {
        let policy = policy()
        var usage = Usage()
        #expect(policy.estimate(usage) == usage)
        usage.model = "m"
        #expect(policy.estimate(usage).inputTokens == 2000)
        usage.inputTokens = 0
        #expect(policy.estimate(usage).inputTokens == 0)
        #expect(policy.estimate(usage).outputTokens == 500)
        usage.operation = "embeddings"
        #expect(policy.estimate(usage) == usage)
    }

    @Test func costsComeFromThePriceBook() {
        var usage = Usage()
        usage.model = "m"
        usage.inputTokens = 1_000_000
        #expect(
            policy().cost(of: usage, subject: Subject(), at: 1)
                == .priced(nano: 5, version: "m@1970-01-01"))
    }
}
