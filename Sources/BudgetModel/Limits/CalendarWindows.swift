// Which calendar window a moment lies in. Foundation knows the time zones; since asking it
// costs microseconds and a window lasts at least a minute, the last answer of each unit is
// kept. Days and longer are named by the local date, hours and minutes by their start in UTC,
// because local hours repeat when daylight saving ends.

public import Foundation

/// The calendar windows of one time zone. Not shared between threads: each owner has one.
public struct CalendarWindows: Sendable {
    private var calendar: Calendar
    private var utc: Calendar
    private var current: [CalendarUnit: WindowInstance] = [:]

    /// - Parameter timeZone: where days and months begin.
    public init(timeZone: TimeZone) {
        calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = timeZone
        utc = Calendar(identifier: .iso8601)
        utc.timeZone = .gmt
    }

    /// The window of `unit` that contains `now` (milliseconds of Unix time).
    public mutating func window(_ unit: CalendarUnit, at now: Int64) -> WindowInstance {
        if let known = current[unit], known.contains(now) { return known }
        let found = compute(unit, at: now)
        current[unit] = found
        return found
    }

    private func compute(_ unit: CalendarUnit, at now: Int64) -> WindowInstance {
        let date = Date(timeIntervalSince1970: Double(now) / 1000)
        // A Gregorian calendar has an interval of every unit around every date.
        guard let interval = calendar.dateInterval(of: unit.component, for: date) else {
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

extension CalendarUnit {
    fileprivate var component: Calendar.Component {
        switch self {
        case .minute: .minute
        case .hour: .hour
        case .day: .day
        case .week: .weekOfYear
        case .month: .month
        }
    }
}
