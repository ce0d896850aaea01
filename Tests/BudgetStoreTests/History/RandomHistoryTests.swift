// Random histories against the reference ledger. `BUDGETD_TEST_SEED` repeats one,
// `BUDGETD_TEST_HISTORY` says how many operations it has.

import Testing

@Suite struct RandomHistoryTests {
    @Test func oneByOneTheStoreAnswersAsTheReference() throws {
        try check(.oneByOne, 4_000)
    }

    @Test func inBatchesTheStoreAnswersAsTheReference() throws {
        try check(.bursts, 12_000)
    }

    @Test func twoStoresOnOneRedisAnswerAsTheReference() throws {
        try check(.twoStores, 12_000)
    }

    /// The workload reaches every kind of entry and answer: a history that misses some proves
    /// less than it seems to. The seeds are two of which that is known; with an odd one, what
    /// expires is charged.
    @Test func theWorkloadReachesEverything() throws {
        let histories = try [403_692, 403_693].map { try check(.oneByOne, 3_000, seed: $0) }
        let letters = histories.flatMap { $0.ledgers.values.flatMap { $0.entries.map(\.letter) } }
        #expect(Set(letters) == Set("HGPCLREDVXZAQK"), "no entry of some kind")
        let kinds = [
            "done", "limit_exceeded", "rate_limited", "suspended", "found held", "late", "stale",
            "usage",
        ]
        for kind in kinds {
            let count = histories.reduce(0) { $0 + $1.answers[kind, default: 0] }
            #expect(count > 0, "nothing was \(kind)")
        }
        #expect(histories.reduce(0) { $0 + $1.reloads.kept } > 20)
        #expect(histories.reduce(0) { $0 + $1.reloads.begun } > 5)
    }

    @discardableResult
    private func check(
        _ manner: RandomHistory.Manner, _ size: Int, seed: UInt64 = HistorySettings.seed()
    ) throws -> RandomHistory {
        print("random history: seed \(seed), \(manner)")
        var history = try RandomHistory(
            seed: seed, manner: manner, size: HistorySettings.size(size))
        try history.run()
        print("random history: seed \(seed): \(history.answers.sorted { $0.key < $1.key })")
        return history
    }
}
