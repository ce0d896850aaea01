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

    private func check(_ manner: RandomHistory.Manner, _ size: Int) throws {
        let seed = HistorySettings.seed()
        print("random history: seed \(seed), \(manner)")
        var history = try RandomHistory(
            seed: seed, manner: manner, size: HistorySettings.size(size))
        try history.run()
        print("random history: \(history.answers.sorted { $0.key < $1.key })")
        let letters = history.ledgers.values.flatMap { $0.entries.map(\.letter) }
        let counts = Dictionary(letters.map { ($0, 1) }, uniquingKeysWith: +)
        print("random history: entries \(counts.sorted { $0.key < $1.key })")
        guard history.size >= size else { return }
        #expect(Set(letters) == Set("HGPCLREXZ"), "seed \(seed): no entry of some kind")
        for kind in ["done", "limit_exceeded", "suspended", "found held", "late", "stale", "usage"]
        {
            #expect(history.answers[kind, default: 0] > 0, "seed \(seed): nothing was \(kind)")
        }
    }
}
