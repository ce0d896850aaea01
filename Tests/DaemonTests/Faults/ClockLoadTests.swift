// Midnight, and both changes of daylight saving time, while eight workers reserve and settle at two
// daemons: each call is counted in the day in which it was reserved, also when it is settled in the
// next one, and no day gets more than its cap.

import Foundation
import RESP
import Synchronization
import TestSupport
import Testing

extension WholeDaemon {
    @Suite struct ClockLoadTests {
        private static let cap = 300

        /// A second before: a midnight, the hour that is left out, and the end of the long day.
        private static let moments: [(at: String, isMidnight: Bool)] = [
            ("2027-01-10T22:59:59Z", true), ("2027-03-28T00:59:59Z", false),
            ("2027-10-31T22:59:59Z", true),
        ]

        /// What a worker did: the moments, by Redis, at which it reserved and settled each call.
        private struct Work {
            var settled: [(reserved: Date, committed: Date)] = []
            var faults: [String] = []
        }

        @Test func everyCallIsCountedInTheDayOfItsReservation() throws {
            let clock = try ShiftedClock()
            try clock.put(Self.moments[0].at)
            let house = try FaultHouse(
                policy: ShiftedClock.policy(cap: Self.cap), starter: clock.starter)
            var days = Calendar(identifier: .gregorian)
            days.timeZone = try #require(TimeZone(identifier: "Europe/Berlin"))
            for (number, moment) in Self.moments.enumerated() {
                try clock.put(moment.at)
                let start = try #require(ISO8601DateFormatter().date(from: moment.at))
                let work = try load(house, "u\(number)", until: start.addingTimeInterval(3))
                #expect(work.faults == [])
                let change = start.addingTimeInterval(1)
                let across = work.settled.count { $0.reserved < change && $0.committed >= change }
                #expect(across > 0, "nothing was under way at \(moment.at)")
                let made = Dictionary(grouping: work.settled) { call in
                    days.dateComponents([.year, .month, .day], from: call.reserved)
                }
                #expect(made.count == (moment.isMidnight ? 2 : 1))
                for (day, calls) in made {
                    let name = String(
                        format: "b:{default}:w:user=u%d:d%04d-%02d-%02d", number, day.year ?? 0,
                        day.month ?? 0, day.day ?? 0)
                    let counted = try house.redis.command("HMGET", name, "s:calls", "u:calls")
                    let texts = counted.array?.map { $0.string }
                    #expect(texts == [String(calls.count), String(calls.count)], "\(name)")
                    #expect(calls.count <= Self.cap)
                }
                #expect(made.values.contains { $0.count == Self.cap }, "the cap was not reached")
            }
            let verified = try house.verify()
            #expect(verified.ending == .exit(0), "\(verified.output)")
        }

        /// Eight workers, each with three calls under way, until a moment of Redis's.
        private func load(_ house: FaultHouse, _ user: String, until end: Date) throws -> Work {
            let all = Mutex([Work]())
            let count = 8
            for worker in 0..<count {
                let daemon = house.daemons[worker % 2]
                TestThread.start {
                    let work = Self.work(daemon, user, "\(user)-\(worker)", until: end)
                    all.withLock { $0.append(work) }
                }
            }
            let isDone = eventually(seconds: 60) { all.withLock(\.count) == count }
            try #require(isDone, "the workers go on")
            return all.withLock { works in
                Work(settled: works.flatMap(\.settled), faults: works.flatMap(\.faults))
            }
        }

        private static func work(
            _ daemon: TestDaemon, _ user: String, _ name: String, until end: Date
        ) -> Work {
            var work = Work()
            do {
                let client = try daemon.connect()
                var underWay: [(id: String, at: Date)] = []
                func settle() throws {
                    let (id, reserved) = underWay.removeFirst()
                    let answer = try Self.ask(client, "COMMIT \(id) output_tokens 1")
                    guard answer.text("state") == "committed", let now = moment(answer) else {
                        return work.faults.append("\(answer)")
                    }
                    work.settled.append((reserved, now))
                }
                var number = 0
                var now = Date.distantPast
                while now < end {
                    number += 1
                    let answer = try Self.ask(
                        client,
                        "RESERVE idempotency_key \(name)-\(number) user \(user) run r "
                            + "model gpt-4o output_tokens 1")
                    guard let told = moment(answer) else {
                        work.faults.append("\(answer)")
                        break
                    }
                    now = told
                    if answer.isAllowed, let id = answer.text("id") {
                        underWay.append((id, told))
                    }
                    if underWay.count > 3 { try settle() }
                }
                while !underWay.isEmpty { try settle() }
            } catch {
                work.faults.append("\(error)")
            }
            return work
        }

        /// Asks until it is known what became of it, which is what a first answer tells again.
        private static func ask(_ client: Client, _ line: String) throws -> RESPValue {
            for _ in 0..<20 {
                let answer = try client.ask(line)
                guard ["UNAVAILABLE", "OUTCOME_UNKNOWN"].contains(answer.errorCode) else {
                    return answer
                }
            }
            return try client.ask(line)
        }

        private static func moment(_ answer: RESPValue) -> Date? {
            answer["now_ms"]?.integer.map { Date(timeIntervalSince1970: Double($0) / 1000) }
        }
    }
}
