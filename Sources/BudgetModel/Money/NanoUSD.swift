/// Money in counters and entries: whole numbers of 1e-9 US dollars, decimal strings outside.
public enum NanoUSD {
    /// Reads an amount in US dollars: rounded half-even to 1e-12, which takes the noise of
    /// floating point away, and then up to 1e-9, so that nothing is ever entered as less.
    ///
    /// - Returns: 0 … ``Bounds/maxAmount``.
    public static func read(_ text: some StringProtocol) throws(DecimalText.Fault) -> Int64 {
        let pico = try DecimalText.read(text, scale: 12)
        return try roundedUp(pico, per: 1000, most: Bounds.maxAmount)
    }

    /// Reads a cap in US dollars, 0 … ``Bounds/maxSum``; finer than 1e-9 is cut *down*, so that
    /// a cap is never more than what was written, but not to nothing.
    public static func readCap(_ text: some StringProtocol) throws(DecimalText.Fault) -> Int64 {
        try DecimalText.readCap(text, digits: 9)
    }

    /// `value / unit`, rounded up.
    static func roundedUp(
        _ value: Int128, per unit: Int128, most: Int64
    ) throws(DecimalText.Fault) -> Int64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: unit)
        let up = rest > 0 ? quotient + 1 : quotient
        guard up <= Int128(most) else { throw .tooLarge }
        return Int64(up)
    }

    /// US dollars without trailing zeros: `0.208`, `16`, `0.000000001`, `-3.5`.
    public static func text(_ nano: Int64) -> String {
        scaledText(nano, digits: 9)
    }

    /// A whole number of 10^-`digits` as a decimal without trailing zeros.
    public static func scaledText(_ value: Int64, digits: Int) -> String {
        var unit: UInt64 = 1
        for _ in 0..<digits {
            unit *= 10
        }
        let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: unit)
        var text = value < 0 ? "-" : ""
        text += String(whole)
        guard rest > 0 else { return text }
        let fraction = String(rest)
        text += "."
        text += String(repeating: "0", count: digits - fraction.utf8.count)
        text += fraction
        while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
        return text
    }
}
