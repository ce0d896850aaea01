/// The stretch of time over which a limit counts.
public enum Window: Hashable, Sendable {
    /// A calendar unit in the policy's or the tenant's time zone.
    case calendar(CalendarUnit)
    /// As long as the scope is used. With `idleMilliseconds` a new life begins, at zero, when
    /// nothing was accepted for longer than that and nothing is held.
    case lifetime(idleMilliseconds: Int64?)

    /// As the policy spells it, without the idle time.
    public var name: String {
        switch self {
        case .calendar(let unit): unit.rawValue
        case .lifetime: "lifetime"
        }
    }

    /// The window's part of a limit's identity: the name, and the idle time where there is one.
    var identityText: String {
        if case .lifetime(let idle?) = self { "lifetime \(idle)" } else { name }
    }
}

/// A calendar window's length. A week begins on Monday (ISO 8601).
public enum CalendarUnit: String, CaseIterable, Sendable {
    case minute
    case hour
    case day
    case week
    case month

    /// Its place among the units, from 0.
    var place: Int {
        switch self {
        case .minute: 0
        case .hour: 1
        case .day: 2
        case .week: 3
        case .month: 4
        }
    }
}
