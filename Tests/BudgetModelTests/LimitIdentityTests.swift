// What was used stays with a limit's identity: per + window + measure + match, nothing else.

import BudgetModel
import Testing

@Suite struct LimitIdentityTests {
    private func limit(
        name: String = "a", per: [SubjectField] = [.user], window: Window = .calendar(.day),
        measure: Measure = .tokens, cap: Int64 = 100, warnAt: [Double] = [],
        match: Match = Match(), mode: Limit.Mode = .enforce
    ) -> Limit {
        Limit(
            name: name, per: per, window: window, measure: measure, cap: cap, warnAt: warnAt,
            match: match, mode: mode)
    }

    private func match(_ field: Match.Field, _ patterns: String...) -> Match {
        Match([Match.Clause(field: field, patterns: patterns)])
    }

    @Test func changesThatKeepWhatWasUsed() {
        let base = limit(per: [.user, .run], match: match(.model, "a*", "b"))
        let same = [
            limit(per: [.user, .run], cap: 7, match: match(.model, "a*", "b")),
            limit(name: "z", per: [.run, .user], match: match(.model, "b", "a*")),
            limit(per: [.user, .run], warnAt: [0.5], match: match(.model, "a*", "b", "b")),
            limit(per: [.user, .run], match: match(.model, "a*", "b"), mode: .shadow),
        ]
        for limit in same {
            #expect(limit.identity == base.identity)
            #expect(limit.counter == base.counter)
        }
    }

    @Test func changesThatStartAtZero() {
        let different = [
            limit(), limit(per: [.run]), limit(per: [.user, .run]), limit(per: [.label("user")]),
            limit(window: .calendar(.week)), limit(window: .lifetime(idleMilliseconds: nil)),
            limit(window: .lifetime(idleMilliseconds: 1000)),
            limit(window: .lifetime(idleMilliseconds: 2000)), limit(measure: .cost),
            limit(match: match(.model, "a")), limit(match: match(.provider, "a")),
            limit(match: match(.model, "a", "b")), limit(match: match(.model, "a|b")),
            limit(match: match(.model, "a&provider=b")),
            limit(
                match: Match([
                    Match.Clause(field: .model, patterns: ["a"]),
                    Match.Clause(field: .provider, patterns: ["b"]),
                ])),
            limit(per: [.label("a,label.b")]), limit(per: [.label("a"), .label("b")]),
        ]
        #expect(Set(different.map(\.identity)).count == different.count)
    }

    /// Limits on the same scope and window share a hash in Redis, so their counters differ.
    @Test func countersDifferByMeasureAndMatch() {
        let counters = [
            limit(), limit(measure: .cost), limit(match: match(.model, "a")),
            limit(match: match(.model, "a|b")), limit(match: match(.model, "a", "b")),
        ].map(\.counter)
        #expect(Set(counters).count == counters.count)
        #expect(counters[0] == "tokens")
    }

    /// Digests are in Redis: they must be the same in every build.
    @Test func digestsAreStable() {
        #expect(Digest.bits64(of: "") == 0xcbf2_9ce4_8422_2325)
        #expect(Digest.bits64(of: "foobar") == 0x8594_4171_f739_67e8)
        #expect(Digest.bits48(of: "foobar") == 0x4171_f739_e27c)
    }

    @Test func aMatchNeedsEveryClause() {
        let both = Match([
            Match.Clause(field: .model, patterns: ["gpt-4*", "claude-*"]),
            Match.Clause(field: .subject(.label("tier")), patterns: ["free"]),
        ])
        var subject = Subject()
        var usage = Usage()
        #expect(Match().holds(subject, usage))
        usage.model = "claude-opus-4"
        #expect(!both.holds(subject, usage))
        subject[.label("tier")] = "free"
        #expect(both.holds(subject, usage))
        usage.model = "o3"
        #expect(!both.holds(subject, usage))
    }
}
