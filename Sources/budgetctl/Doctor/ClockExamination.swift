// Clocks: windows end by Redis's, and people read them by their own.

/// Judges how far two clocks are apart.
enum ClockExamination {
    /// The most that two clocks may differ, in milliseconds, as the daemon has it.
    static let mostMs: Int64 = 500

    /// - Parameters:
    ///   - offsetMs: Redis's clock minus the other.
    ///   - doubtMs: how much of it may be the way of the answer.
    ///   - whose: `the daemon's`.
    static func finding(
        _ name: String, offsetMs: Int64, doubtMs: Int64 = 0, of whose: String
    ) -> Finding {
        let text = "Redis's is \(offsetMs) ms from \(whose)"
        guard abs(offsetMs) - doubtMs > mostMs else { return .ok(name, text) }
        return .warn(
            name, text + ": windows end by Redis's", "let NTP set both (chrony, timesyncd)")
    }
}
