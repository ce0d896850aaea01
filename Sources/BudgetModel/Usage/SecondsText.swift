/// Compute time: decimal seconds outside, whole milliseconds in counters.
public enum SecondsText {
    private static let picoPerMilli: Int128 = 1_000_000_000

    /// Reads seconds: rounded half-even to 1e-12, then up to a millisecond, so that nothing is
    /// ever entered as less.
    ///
    /// - Returns: milliseconds, 0 … ``Bounds/maxAmount``.
    public static func read(_ text: some StringProtocol) throws(DecimalText.Fault) -> Int64 {
        let pico = try DecimalText.read(text, scale: 12)
        return try NanoUSD.roundedUp(pico, per: picoPerMilli, most: Bounds.maxAmount)
    }

    /// Reads a cap in seconds as milliseconds, 0 … ``Bounds/maxSum``; finer than a millisecond
    /// is cut down, but not to nothing.
    public static func readCap(_ text: some StringProtocol) throws(DecimalText.Fault) -> Int64 {
        try DecimalText.readCap(text, digits: 3)
    }
}
