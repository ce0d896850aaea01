/// One window in time: this day, this month, this life; or what moves with time and has one
/// instance for ever.
public struct WindowInstance: Hashable, Sendable {
    /// Names the window inside its scope, and in Redis's keys: `d2026-11-22`, `L`, `L3600000`,
    /// `R86400000`, `B60/60000`.
    public let id: String
    /// First millisecond (Unix time) that belongs to it; `Int64.min` for a lifetime.
    public let from: Int64
    /// First millisecond after it; `Int64.max` for a lifetime.
    public let until: Int64

    public init(id: String, from: Int64, until: Int64) {
        self.id = id
        self.from = from
        self.until = until
    }

    /// The only instance of a lifetime window.
    public static func lifetime(idleMilliseconds: Int64?) -> WindowInstance {
        let id = idleMilliseconds.map { "L\($0)" } ?? "L"
        return WindowInstance(id: id, from: .min, until: .max)
    }

    /// The only instance of a rolling window.
    public static func rolling(milliseconds: Int64) -> WindowInstance {
        WindowInstance(id: "R\(milliseconds)", from: .min, until: .max)
    }

    /// The only instance of a bucket.
    public static func bucket(_ flow: Window.Flow) -> WindowInstance {
        WindowInstance(id: "B\(flow.amount)/\(flow.milliseconds)", from: .min, until: .max)
    }

    /// Whether a moment lies in it.
    public func contains(_ now: Int64) -> Bool { from <= now && now < until }
}
