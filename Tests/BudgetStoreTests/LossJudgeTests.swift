// What the judge makes of readings that overlap with what other loops see and accept.

import Foundation
import Logging
import RedisClient
import Testing

@testable import BudgetStore

@Suite struct LossJudgeTests {
    let witness: Witness
    private let silent = Logger(label: "judge", factory: { _ in SwiftLogNoOpLogHandler() })

    init() throws {
        let path = NSTemporaryDirectory() + "/budgetd-judge-\(UUID().uuidString)"
        witness = try Witness.load(path: path)
        witness.saw(tenant: "acme", epoch: 1, sequence: 5)
    }

    private func mark(_ epoch: UInt64, _ sequence: UInt64) -> [String: WitnessMark] {
        ["acme": WitnessMark(epoch: epoch, sequence: sequence)]
    }

    private let refusal = LossJudge.Judgement.refuse(
        "Redis has lost data of 1 tenant (acme): restore it, or start budgetd once with "
            + "--accept-loss")

    @Test func whatIsSeenWhileAnotherReadsIsNotLost() {
        let judge = LossJudge(witness: witness)
        let seen = judge.seen
        witness.saw(tenant: "acme", epoch: 1, sequence: 9)
        witness.saw(tenant: "other", epoch: 1, sequence: 1)
        #expect(judge.judge(seen: seen, epoch: 1, found: mark(1, 5), silent) == .serve(atLeast: 1))
        #expect(judge.judge(seen: seen, epoch: 1, found: mark(1, 4), silent) == refusal)
    }

    @Test func allLoopsThatBeganBeforeTheAcceptanceShareIt() {
        let judge = LossJudge(witness: witness, acceptsLoss: true)
        let seen = judge.seen
        for _ in 0..<3 {
            #expect(judge.judge(seen: seen, epoch: nil, found: [:], silent) == .serve(atLeast: 2))
        }
        #expect(
            judge.judge(seen: judge.seen, epoch: 1, found: [:], silent) == .serve(atLeast: 2))
        judge.confirm(epoch: 2)
        guard case .refuse = judge.judge(seen: judge.seen, epoch: 1, found: [:], silent) else {
            Issue.record("an epoch that went back was accepted")
            return
        }
    }

    @Test func theFirstJudgementTakesTheOrderWhateverItFinds() {
        let judge = LossJudge(witness: witness, acceptsLoss: true)
        #expect(
            judge.judge(seen: judge.seen, epoch: 1, found: mark(1, 5), silent)
                == .serve(atLeast: 1))
        #expect(judge.judge(seen: judge.seen, epoch: 1, found: [:], silent) == refusal)
    }

    @Test func aNewerEpochEndsWhatOlderOnesSaid() {
        let judge = LossJudge(witness: witness)
        let seen = WitnessMark(epoch: 1, sequence: 5)
        judge.lost(WitnessLoss(tenant: "acme", seen: seen, found: nil))
        #expect(judge.judge(seen: judge.seen, epoch: 1, found: mark(1, 5), silent) == refusal)
        #expect(
            judge.judge(seen: judge.seen, epoch: 2, found: mark(2, 1), silent)
                == .serve(atLeast: 2))
        #expect(
            judge.judge(seen: judge.seen, epoch: 2, found: mark(2, 1), silent)
                == .serve(atLeast: 2))
        guard case .refuse = judge.judge(seen: judge.seen, epoch: 2, found: [:], silent) else {
            Issue.record("a loss within the newer epoch was not seen")
            return
        }
    }
}
