// What answers show of a tenant's history: that it only grows, and that it is in our epoch. Where
// it is not, the connection is left for one that is checked anew, so that a loss which is accepted
// anywhere, or was, ends the refusal here too.

import BudgetModel
import RedisClient

extension RedisStore {
    /// Notes what an answer showed.
    ///
    /// - Parameter isChange: whether it was for an entry of its own, which has a number of its own.
    /// - Returns: false where history went back.
    func note(_ sequence: Sequence, isChange: Bool, of queue: TenantQueue) -> Bool {
        let isWhole = isChange ? sequence > queue.newest : sequence >= queue.newest
        guard isWhole else {
            lossOf = queue.tenant
            logger.critical(
                "Redis has lost data",
                metadata: [
                    "tenant": "\(queue.tenant)", "seen": "\(queue.newest.text)",
                    "now": "\(sequence.text)",
                ])
            judge?.lost(
                WitnessLoss(
                    tenant: queue.tenant, seen: WitnessMark(queue.newest),
                    found: WitnessMark(sequence)))
            link.reconnect(because: "Redis has lost data")
            return false
        }
        // The number 0 is no entry's: nothing of this epoch is in the journal, to be lost, and what
        // is read next may be as of an entry of the epoch before.
        guard sequence > queue.newest, sequence.number > 0 else { return true }
        queue.newest = sequence
        judge?.saw(queue.tenant, WitnessMark(sequence))
        return true
    }

    /// Why nothing is served, once an answer showed a loss.
    var lossRefusal: BudgetError? { lossOf.map { _ in lossError(canHaveEffect: false) } }

    /// Whose data it was is told to the log: here it may be told to another tenant.
    func lossError(canHaveEffect: Bool) -> BudgetError {
        BudgetError(
            canHaveEffect ? .outcomeUnknown : .unavailable,
            "Redis has lost data; an administrator must restore it or accept the loss")
    }

    /// The scripts' refusal to write below a newer epoch, if this is it. It did nothing.
    ///
    /// - Parameter epoch: ours when the call was made; a check may have raised it since.
    func refusalOfEpoch(_ reply: RedisReply?, sentIn epoch: Int64) -> BudgetError? {
        let fault = "EPOCH the journal is at epoch "
        guard let text = reply?.string, text.hasPrefix(fault) else { return nil }
        if epoch == settings.epoch {
            newerEpoch = Int64(text.dropFirst(fault.count))
            link.reconnect(because: "Redis is at a newer epoch")
        }
        return BudgetError(
            .unavailable,
            "nothing was done: Redis is at a newer epoch, since a loss was accepted elsewhere, and "
                + "is checked anew; try again")
    }
}
