/// What a field's names spent in the windows of now and before.
public struct HistoryQuery: Equatable, Sendable {
    public var tenant: String
    public var field: TopField
    /// One of ``Measure/sums``.
    public var measure: Measure
    /// One of those that ``windows(of:)`` has.
    public var window: CalendarUnit
    /// Whose; nil for those who spent most.
    public var name: String?
    /// How many names at most, 1 … ``Bounds/maxHistory``.
    public var count: Int

    /// The windows of which those that are over are kept: of what lives for hours only, hours.
    public static func windows(of field: TopField) -> [CalendarUnit] {
        switch field {
        case .run, .session: [.hour]
        default: [.hour, .day]
        }
    }

    /// How many windows that are over are kept beside the one of now.
    public static func kept(_ window: CalendarUnit, of field: TopField) -> Int {
        guard windows(of: field).contains(window) else { return 0 }
        return window == .hour ? 24 : 14
    }

    public init(
        tenant: String, field: TopField, measure: Measure, window: CalendarUnit,
        name: String? = nil, count: Int
    ) {
        self.tenant = tenant
        self.field = field
        self.measure = measure
        self.window = window
        self.name = name
        self.count = count
    }
}

/// What names spent, window by window, as of an entry of the tenant's history.
public struct SpendHistory: Equatable, Sendable {
    /// One of them.
    public struct Row: Equatable, Sendable {
        public var name: String
        /// One a window, in the measure's unit; below 0 where more was taken back than spent.
        public var values: [Int64]

        public init(name: String, values: [Int64]) {
            self.name = name
            self.values = values
        }
    }

    /// Who spent most in all comes first.
    public var rows: [Row]
    /// The oldest first; the last is the one of now.
    public var windows: [WindowInstance]
    /// Whether every entry of the windows up to `moment` is in it.
    public var isComplete: Bool
    public var moment: Moment

    public init(rows: [Row], windows: [WindowInstance], isComplete: Bool, moment: Moment) {
        self.rows = rows
        self.windows = windows
        self.isComplete = isComplete
        self.moment = moment
    }
}
