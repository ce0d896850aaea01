// Whether Redis has lost data, and what then: one judge for all loops of a process.
//
// What must always hold:
// - what was read is compared with what had been seen before the reading began: meanwhile other
//   loops see more, and none of that is lost;
// - a loss is accepted by the first judgement of the process or by none: whoever started it with
//   that order knew of that loss, and of no later one;
// - where Redis is at a newer epoch, somebody else has accepted a loss: what was seen in older
//   epochs counts no more.

import BudgetModel
import Logging
public import RedisClient
import Synchronization

/// Judges what the checks of all loops read.
public final class LossJudge: Sendable {
    /// What is to be done with the connection.
    enum Judgement: Equatable {
        /// Serve, once Redis is at least at this epoch.
        case serve(atLeast: Int64)
        case refuse(String)
    }

    private struct State {
        var acceptsLoss: Bool
        /// The epoch that was begun by accepting a loss, until Redis has it.
        var begun: UInt64?
        /// The losses that answers showed; later entries may have covered them up.
        var shown: [String: WitnessLoss] = [:]
    }

    private let witness: Witness
    private let state: Mutex<State>

    /// - Parameter acceptsLoss: an administrator accepts what the first judgement finds lost.
    public init(witness: Witness, acceptsLoss: Bool = false) {
        self.witness = witness
        state = Mutex(State(acceptsLoss: acceptsLoss))
    }

    /// What has been seen: to be taken before anything is read.
    var seen: WitnessLedger { witness.seen }

    /// Notes how far a tenant's history has come.
    public func saw(_ tenant: String, _ mark: WitnessMark) {
        witness.saw(tenant: tenant, epoch: mark.epoch, sequence: mark.sequence)
    }

    /// Notes that an answer showed a history which went back.
    public func lost(_ loss: WitnessLoss) {
        state.withLock { $0.shown[loss.tenant] = loss }
    }

    /// - Parameters:
    ///   - seen: what had been seen before the reading began.
    ///   - epoch: the epoch that Redis told; nil where it has none.
    ///   - found: the last marks in Redis of the tenants that had been seen.
    func judge(
        seen: WitnessLedger, epoch: UInt64?, found: [String: WitnessMark], _ logger: Logger
    ) -> Judgement {
        state.withLock { state in
            let accepts = state.acceptsLoss
            state.acceptsLoss = false
            let now = witness.seen
            if let epoch, epoch > seen.epoch {
                state.shown = [:]
                if epoch > now.epoch { adopt(epoch, seen.losses(against: found), found, logger) }
                return .serve(atLeast: Int64(max(epoch, now.epoch)))
            }
            // What was accepted or adopted since the reading began is no loss any more.
            let still = Set(now.losses(against: found).map(\.tenant))
            var losses = seen.losses(against: found).filter { still.contains($0.tenant) }
            let named = Set(losses.map(\.tenant))
            losses += state.shown.values.filter { !named.contains($0.tenant) }
            let isBehind =
                state.begun == nil && now.epoch == seen.epoch && !seen.isEmpty
                && epoch.map { $0 < seen.epoch } ?? true
            guard !losses.isEmpty || isBehind else { return .serve(atLeast: Int64(now.epoch)) }
            guard accepts else { return .refuse(Self.refusal(losses)) }
            let next = witness.accept(store: found)
            state.begun = next
            state.shown = [:]
            Self.log(losses, "a loss of Redis's data is accepted", next, .critical, logger)
            return .serve(atLeast: Int64(next))
        }
    }

    /// Redis has this epoch now.
    func confirm(epoch: Int64) {
        state.withLock { state in
            if let begun = state.begun, begun <= UInt64(epoch) { state.begun = nil }
        }
    }

    private func adopt(
        _ epoch: UInt64, _ losses: [WitnessLoss], _ found: [String: WitnessMark], _ logger: Logger
    ) {
        let isFirst = witness.seen.isEmpty
        witness.adopt(epoch: epoch, store: found)
        guard !isFirst else { return }
        let text: Logger.Message = "Redis is at a newer epoch: a loss was accepted elsewhere"
        Self.log(losses, text, epoch, .warning, logger)
    }

    private static func refusal(_ losses: [WitnessLoss]) -> String {
        let names = losses.prefix(5).map(\.tenant).joined(separator: ", ")
        let what =
            losses.isEmpty
            ? "its epoch"
            : "data of \(losses.count) " + (losses.count == 1 ? "tenant" : "tenants")
                + " (\(names))"
        return "Redis has lost \(what): restore it, or start budgetd once with --accept-loss"
    }

    private static func log(
        _ losses: [WitnessLoss], _ text: Logger.Message, _ epoch: UInt64, _ level: Logger.Level,
        _ logger: Logger
    ) {
        logger.log(
            level: level, text, metadata: ["epoch": "\(epoch)", "tenants": "\(losses.count)"])
        for loss in losses {
            logger.log(
                level: level, "lost",
                metadata: [
                    "tenant": "\(loss.tenant)", "seen": "\(loss.seen.text)",
                    "found": "\(loss.found?.text ?? "nothing")",
                ])
        }
    }
}

extension WitnessMark {
    init(_ sequence: Sequence) {
        self.init(epoch: UInt64(sequence.epoch), sequence: UInt64(sequence.number))
    }

    var text: String { "\(epoch)-\(sequence)" }
}
