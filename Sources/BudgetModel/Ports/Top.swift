/// Which ranking of spenders.
public struct TopQuery: Equatable, Sendable {
    public var tenant: String
    public var field: TopField
    /// One of ``Measure/sums``.
    public var measure: Measure
    /// The one that the moment of the answer lies in; one of ``windows``.
    public var window: CalendarUnit
    /// How many names at most, 1 … ``Bounds/maxPage``.
    public var count: Int

    /// Only those who spent less than that; nil: all.
    public var below: Int64?

    /// The windows that spenders are ranked in.
    public static let windows: [CalendarUnit] = [.hour, .day, .week, .month]

    public init(
        tenant: String, field: TopField, measure: Measure, window: CalendarUnit, count: Int,
        below: Int64? = nil
    ) {
        self.tenant = tenant
        self.field = field
        self.measure = measure
        self.window = window
        self.count = count
        self.below = below
    }
}

/// The largest spenders of a window, as of an entry of the tenant's history.
public struct TopSpenders: Equatable, Sendable {
    /// One of them.
    public struct Row: Equatable, Sendable {
        public var name: String
        /// In the measure's unit, above 0.
        public var value: Int64

        public init(name: String, value: Int64) {
            self.name = name
            self.value = value
        }
    }

    /// The largest first.
    public var rows: [Row]
    public var window: WindowInstance
    /// Whether every entry of the window up to `moment` is in it.
    public var isComplete: Bool
    public var moment: Moment

    public init(rows: [Row], window: WindowInstance, isComplete: Bool, moment: Moment) {
        self.rows = rows
        self.window = window
        self.isComplete = isComplete
        self.moment = moment
    }
}
