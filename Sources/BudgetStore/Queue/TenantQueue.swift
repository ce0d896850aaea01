// Where steps wait, so that those which come together can go together.

import BudgetModel
import NIOCore
import RedisClient

/// The steps of one tenant that wait for their turn, and what is known of the tenant.
///
/// At most two calls of a tenant are under way: while Redis is idle a step goes alone at once;
/// while it is busy those that wait gather and go as one, so no timer and no added delay.
final class TenantQueue {
    struct Pending {
        let step: Step
        let deadline: NIODeadline
        let completion: (Result<StepAnswer, BudgetError>) -> Void
    }

    static let mostInFlight = 2

    let tenant: String
    var pending = CircularBuffer<Pending>()
    var inFlight = 0
    /// Whether the tenant is known to stand in the registry that sweeps go by.
    var registration = Registration.none
    /// The newest sequence number that an answer showed.
    var newest = Sequence(epoch: 0, number: 0)
    /// The last line that was seen to be in the rankings.
    var rolled: Sequence?
    /// The newest one when it was last asked whether many are not.
    var newestAtLook: WitnessMark?

    enum Registration {
        case none
        case underway
        case done
    }

    init(tenant: String) {
        self.tenant = tenant
    }

    /// Takes the next batch: all that wait, up to the bound.
    func take() -> [Pending] {
        let count = min(pending.count, Bounds.maxBatch)
        var batch: [Pending] = []
        batch.reserveCapacity(count)
        for _ in 0..<count { batch.append(pending.removeFirst()) }
        return batch
    }
}
