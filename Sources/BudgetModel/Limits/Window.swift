/// The stretch of time over which a limit counts.
public enum Window: Hashable, Sendable {
    /// A calendar unit in the policy's or the tenant's time zone.
    case calendar(CalendarUnit)
    /// As long as the scope is used. With `idleMilliseconds` a new life begins, at zero, when
    /// nothing was accepted for longer than that and nothing is held.
    case lifetime(idleMilliseconds: Int64?)
    /// The last so many milliseconds, a whole number of minutes. It is counted in sixtieths, each
    /// of which leaves when all of it is older than that: conservative by one sixtieth.
    case rolling(milliseconds: Int64)
    /// What flows away at a rate; the limit's cap is the burst, how much fits in at once.
    case bucket(Flow)

    /// How fast a bucket empties.
    public struct Flow: Hashable, Sendable {
        /// In the measure's unit, at least 1.
        public let amount: Int64
        /// The time in which that flows away, in milliseconds, at least 1.
        public let milliseconds: Int64

        /// The smallest whole numbers of the same flow: `60/m` is `1/s`.
        public init(amount: Int64, per milliseconds: Int64) {
            var (divisor, rest) = (amount, milliseconds)
            while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
            self.amount = amount / divisor
            self.milliseconds = milliseconds / divisor
        }
    }

    /// As the policy spells it, without the idle time or the rate.
    public var name: String {
        switch self {
        case .calendar(let unit): unit.rawValue
        case .lifetime: "lifetime"
        case .rolling(let length): "rolling " + Self.spelling(length)
        case .bucket: "bucket"
        }
    }

    /// How long a life is without a call that ends it; nil where none does, and for other windows.
    public var idleMilliseconds: Int64? {
        if case .lifetime(let idle) = self { idle } else { nil }
    }

    /// How fast a bucket empties; nil for other windows.
    public var flow: Flow? {
        if case .bucket(let flow) = self { flow } else { nil }
    }

    /// The window's part of a limit's identity: the name with the numbers that belong to it.
    var identityText: String {
        switch self {
        case .calendar, .lifetime(nil): name
        case .lifetime(let idle?): "lifetime \(idle)"
        case .rolling(let length): "rolling \(length)"
        case .bucket(let flow): "bucket \(flow.amount)/\(flow.milliseconds)"
        }
    }

    /// `24h`, `30d`, `90m`.
    private static func spelling(_ length: Int64) -> String {
        let (hour, day): (Int64, Int64) = (3_600_000, 86_400_000)
        if length.isMultiple(of: day), length > day { return "\(length / day)d" }
        return length.isMultiple(of: hour) ? "\(length / hour)h" : "\(length / 60_000)m"
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
