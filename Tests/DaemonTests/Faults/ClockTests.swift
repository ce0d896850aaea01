// Redis's clock jumps: over midnights, over both changes of daylight saving time, days forward and
// back. Calls go on, each is counted once, in one day, and no day gets more than its cap.

import Foundation
import RESP
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct ClockTests {
        private static let cap = 40

        /// Moments to jump to, in order: before midnights, before both changes, back and far ahead.
        private static let moments = [
            "2027-01-10T22:59:59Z", "2027-03-27T22:59:59Z", "2027-03-28T00:59:59Z",
            "2027-03-28T21:59:59Z", "2027-03-26T12:00:00Z", "2027-10-30T21:59:59Z",
            "2027-10-31T00:59:59Z", "2027-10-31T22:59:59Z", "2027-12-31T22:59:59Z",
        ]

        @Test func everyCallIsCountedOnceInOneDay() throws {
            let clock = try ShiftedClock()
            try clock.put(Self.moments[0])
            let redis = try TestRedis(starter: clock.starter)
            let daemon = try TestDaemon(policy: ShiftedClock.policy(cap: Self.cap), redis: redis)
            let client = try daemon.connect()
            var allowed = 0
            // By key: Redis drops them with the jump of months.
            var days: [String: Int] = [:]
            for (index, moment) in Self.moments.enumerated() {
                try clock.put(moment)
                // Over the moment, and until that day is used up.
                var denials = 0
                let isUsedUp = try eventually(seconds: 20) {
                    let key = "\(index)-\(UInt64.random(in: 0 ... .max))"
                    let answer = try client.ask(
                        "CHARGE idempotency_key \(key) user u run r model gpt-4o")
                    if answer.isAllowed { allowed += 1 } else { denials += 1 }
                    #expect(answer.errorCode == nil, "\(moment): \(answer)")
                    usleep(15_000)
                    return denials > 90
                }
                #expect(isUsedUp, "\(moment)")
                for key in try redis.command("KEYS", "*:w:user=u:d*").array ?? [] {
                    let name = try #require(key.string)
                    days[name] = try redis.command("HGET", name, "s:calls").integer.map { Int($0) }
                }
            }
            #expect(days.values.reduce(0, +) == allowed)
            #expect(days.values.allSatisfy { (1...Self.cap).contains($0) }, "\(days)")
            // So many days were used up after a jump or a midnight.
            #expect(days.values.count { $0 == Self.cap } >= 7, "\(days)")
            let run = try RunBooks(client, run: "r")
            #expect(run.faults == [])
            #expect(Int(run.calls) == allowed)
        }
    }
}
