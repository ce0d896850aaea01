// Whether this daemon can decide: every loop has its Redis's answer, the daemons on that Redis have
// one policy, and the clocks are close. Told to whoever asks, so without names or addresses.

import BudgetModel
import NIOCore
import Synchronization

/// Looks at what decisions need. Everybody may ask, so those who ask at one time are told of one
/// look, and Redis is not asked as often as strangers wish.
final class Readiness: Sendable {
    private struct Look {
        let begin: ContinuousClock.Instant
        let faults: Task<[String], Never>
    }

    /// For how long others are told of a look that has begun.
    static let validity = Duration.milliseconds(200)
    /// How far this machine's clock may be from Redis's. Decisions go by Redis's; tokens expire by
    /// this one, and a clock that wrong makes logs useless.
    static let mostClockOffset: Int64 = 60_000

    private let house: House
    private let keeper: PolicyKeeper
    private let watch: StoreWatch
    private let last = Mutex<Look?>(nil)

    init(house: House, keeper: PolicyKeeper, watch: StoreWatch) {
        self.house = house
        self.keeper = keeper
        self.watch = watch
    }

    /// Why it can't decide now; empty where it can.
    func faults() async -> [String] {
        let look = last.withLock { last in
            let now = ContinuousClock.now
            if let last, last.begin + Self.validity > now { return last }
            let look = Look(begin: now, faults: Task { await self.look() })
            last = look
            return look
        }
        return await look.faults.value
    }

    private func look() async -> [String] {
        var faults: [String] = []
        var unanswered = 0
        for floor in house.floors {
            let answer = floor.eventLoop.flatSubmit { floor.value.clockOffset() }
            guard let offset = try? await answer.get() else {
                unanswered += 1
                continue
            }
            if abs(offset) > Self.mostClockOffset, faults.isEmpty {
                faults.append("clock: this machine's is \(-offset) ms before Redis's")
            }
        }
        if watch.refusals > 0 {
            faults.append(
                "redis: it answers, but is refused as it is; the log and budgetctl doctor say why")
        } else if unanswered > 0 {
            faults.append(
                "redis: no answer on \(unanswered) of "
                    + ReadableNumber.counted(house.floors.count, "connection"))
        }
        let others = keeper.daemonsThatDiffer
        if others > 0 {
            faults.append(
                "policy: \(others) "
                    + (others == 1 ? "daemon on this Redis has" : "daemons on this Redis have")
                    + " another policy")
        }
        return faults
    }
}
