// Whether this daemon can decide: every loop has its Redis's answer, the daemons on that Redis have
// one policy, and the clocks are close. Told to whoever asks, so without names or addresses.

import NIOCore

/// Looks at what decisions need.
struct Readiness: Sendable {
    /// How far this machine's clock may be from Redis's. Decisions go by Redis's; tokens expire by
    /// this one, and a clock that wrong makes logs useless.
    static let mostClockOffset: Int64 = 60_000

    let house: House
    let keeper: PolicyKeeper

    /// Why it can't decide now; empty where it can.
    func faults() async -> [String] {
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
        if unanswered > 0 {
            faults.append(
                "redis: no answer on \(unanswered) of \(house.floors.count) connections")
        }
        let others = keeper.daemonsThatDiffer
        if others > 0 {
            faults.append("policy: \(others) daemons on this Redis have another policy")
        }
        return faults
    }
}
