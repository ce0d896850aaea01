// The clock of random histories: mostly small steps, and once in a while right before a moment
// at which something ends: a minute, an hour, a day, a month, daylight saving, the year.

import Foundation

struct HistoryClock {
    private(set) var now: Int64
    private var landmarks: [Int64]

    /// Moments of 2027 in Berlin before which the clock is put, in order.
    private static let stops = [
        "2027-01-10T22:59:59Z",  // a Sunday's midnight: day and week
        "2027-01-31T22:59:57Z",  // a month's end
        "2027-03-27T22:59:59Z",  // the day that has 23 hours begins
        "2027-03-28T00:59:58Z",  // its missing hour
        "2027-03-28T21:59:59Z",  // its end
        "2027-06-30T21:59:58Z",
        "2027-10-30T21:59:59Z",  // the day that has 25 hours begins
        "2027-10-30T23:59:59Z",  // 2:00, for the first time
        "2027-10-31T00:59:58Z",  // the hour that comes twice
        "2027-10-31T22:59:59Z",  // its end, with the month's
        "2027-12-31T22:59:58Z",  // the year's end
    ]

    init() {
        let format = ISO8601DateFormatter()
        landmarks = Self.stops.compactMap {
            format.date(from: $0).map { Int64($0.timeIntervalSince1970) * 1000 }
        }
        precondition(landmarks.count == Self.stops.count)
        now = landmarks[0] - 7_200_000
    }

    /// Puts the clock before the next landmark; false after the last.
    mutating func leap() -> Bool {
        guard let next = landmarks.first(where: { $0 > now }) else { return false }
        now = next
        return true
    }

    /// A small step, or over an idle time, a grace, a minute or an hour; so short that the
    /// histories reach their landmarks in order.
    mutating func advance(using random: inout SeededGenerator) {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40: break
        case 40..<75: now += .random(in: 1...400, using: &random)
        case 75..<93: now += .random(in: 400...8_000, using: &random)
        case 93..<97: now += .random(in: 20_000...100_000, using: &random)
        case 97: now += 3_600_000 - now % 3_600_000 - .random(in: 0...1, using: &random)
        case 98: now += .random(in: 600_000...1_900_000, using: &random)
        default: if oneInFour(&random) { now += .random(in: 3_000_000...8_000_000, using: &random) }
        }
    }

    /// To a moment, if that is ahead.
    mutating func reach(_ moment: Int64) { now = max(now, moment) }

    private func oneInFour(_ random: inout SeededGenerator) -> Bool { random.oneIn(4) }
}
