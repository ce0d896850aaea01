// Which calendar window a moment lies in. Foundation knows the time zones; since asking it
// costs microseconds and a window lasts at least a minute, the last answer of each unit is
// kept. Days and longer are named by the local date, hours and minutes by their start in UTC,
// because local hours repeat when daylight saving ends. Hours and minutes are cut from the
// offset by arithmetic, and at a change of the offset: where it changes by half an hour (Lord
// Howe Island), Foundation's hours overlap.

public import Foundation

/// The calendar windows of one time zone. Not shared between threads: each owner has one.
public struct CalendarWindows: Sendable {
    private var calendar: Calendar
    private var utc: Calendar
    /// The last answer of each unit, by the unit's place.
    private var current = [WindowInstance?](repeating: nil, count: CalendarUnit.allCases.count)

    /// - Parameter timeZone: where days and months begin.
    public init(timeZone: TimeZone) {
        calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = timeZone
        utc = Calendar(identifier: .iso8601)
        utc.timeZone = .gmt
    }

    /// The instance of a limit's window at `now` (milliseconds of Unix time).
    public mutating func instance(of window: Window, at now: Int64) -> WindowInstance {
        switch window {
        case .calendar(let unit): self.window(unit, at: now)
        case .lifetime(let idle): .lifetime(idleMilliseconds: idle)
        case .rolling(let length): .rolling(milliseconds: length)
        case .bucket(let flow): .bucket(flow)
        }
    }

    /// The window of `unit` that contains `now` (milliseconds of Unix time).
    public mutating func window(_ unit: CalendarUnit, at now: Int64) -> WindowInstance {
        if let known = current[unit.place], known.contains(now) { return known }
        let found = compute(unit, at: now)
        current[unit.place] = found
        return found
    }

    private func compute(_ unit: CalendarUnit, at now: Int64) -> WindowInstance {
        switch unit {
        case .minute: clock(unit, 60_000, at: now)
        case .hour: clock(unit, 3_600_000, at: now)
        case .day: dates(unit, .day, at: now)
        case .week: dates(unit, .weekOfYear, at: now)
        case .month: dates(unit, .month, at: now)
        }
    }

    /// A stretch of local clock time. Where the offset changes by less than a whole `length`, it
    /// ends at the change and the next one begins there.
    private func clock(
        _ unit: CalendarUnit, _ length: Int64, at now: Int64
    ) -> WindowInstance {
        let shift = shift(at: now, of: length)
        let intoUnit = (now + shift) % length
        var from = now - (intoUnit < 0 ? intoUnit + length : intoUnit)
        var until = from + length
        if self.shift(at: from, of: length) != shift {
            from = firstMoment(after: from, upTo: now) { self.shift(at: $0, of: length) == shift }
        }
        if self.shift(at: until - 1, of: length) != shift {
            until = firstMoment(after: now, upTo: until - 1) {
                self.shift(at: $0, of: length) != shift
            }
        }
        let start = Date(timeIntervalSince1970: Double(from) / 1000)
        return WindowInstance(id: name(unit, start), from: from, until: until)
    }

    /// By how much the zone's units of a length begin before those of UTC, in milliseconds.
    private func shift(at now: Int64, of length: Int64) -> Int64 {
        let date = Date(timeIntervalSince1970: Double(now) / 1000)
        let offset = Int64(calendar.timeZone.secondsFromGMT(for: date)) * 1000 % length
        return offset < 0 ? offset + length : offset
    }

    /// The first moment that `holds`, by halving: it does not at `low` and does at `high`.
    private func firstMoment(
        after low: Int64, upTo high: Int64, _ holds: (Int64) -> Bool
    ) -> Int64 {
        var (low, high) = (low, high)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if holds(middle) { high = middle } else { low = middle }
        }
        return high
    }

    private func dates(
        _ unit: CalendarUnit, _ component: Calendar.Component, at now: Int64
    ) -> WindowInstance {
        let date = Date(timeIntervalSince1970: Double(now) / 1000)
        // A Gregorian calendar has an interval of every unit around every date.
        guard let interval = calendar.dateInterval(of: component, for: date) else {
            preconditionFailure("no \(unit) around \(now)")
        }
        return WindowInstance(
            id: name(unit, interval.start),
            from: Int64((interval.start.timeIntervalSince1970 * 1000).rounded()),
            until: Int64((interval.end.timeIntervalSince1970 * 1000).rounded()))
    }

    private func name(_ unit: CalendarUnit, _ start: Date) -> String {
        switch unit {
        case .minute: "m" + dayAndMinute(start)
        case .hour: "h" + dayAndMinute(start)
        case .day: "d" + day(calendar, start)
        case .week: "w" + day(calendar, start)
        case .month: "M" + String(day(calendar, start).prefix(7))
        }
    }

    private func day(_ calendar: Calendar, _ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        return "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))"
    }

    private func dayAndMinute(_ date: Date) -> String {
        let parts = utc.dateComponents([.hour, .minute], from: date)
        return "\(day(utc, date))T\(padded(parts.hour, 2)):\(padded(parts.minute, 2))Z"
    }

    private func padded(_ value: Int?, _ width: Int) -> String {
        let digits = String(value ?? 0)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
