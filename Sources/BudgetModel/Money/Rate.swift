// What one of something costs. Prices per million tokens go down to fractions of 1e-9 dollars a
// token, so rates have their own, finer unit than the money that is counted.

/// A price for one token, call, hour or unit: a whole number of 1e-15 US dollars.
public struct Rate: Hashable, Sendable {
    /// In 1e-15 US dollars, 0 … ``most``.
    public let femto: Int64

    /// 9,000 dollars: more than one call may cost at all, and a round number to name in a fault.
    public static let most: Int64 = 9_000_000_000_000_000_000

    /// A rate that costs nothing.
    public static let free = Rate(femto: 0)

    /// - Parameter femto: in 1e-15 US dollars, 0 … ``most``.
    public init(femto: Int64) {
        precondition(0...Rate.most ~= femto, "a rate is 0 to 9,000 dollars")
        self.femto = femto
    }

    /// Reads US dollars for one (call, hour, unit), rounded half-even to 1e-12.
    public static func read(
        perOne text: some StringProtocol
    ) throws(DecimalText.Fault) -> Rate {
        try bounded(DecimalText.read(text, scale: 12), times: 1000)
    }

    /// Reads US dollars per million (tokens), rounded half-even to 1e-15 for one of them.
    public static func read(
        perMillion text: some StringProtocol
    ) throws(DecimalText.Fault) -> Rate {
        try bounded(DecimalText.read(text, scale: 9), times: 1)
    }

    /// Reads US dollars for one (token, second), rounded half-even to 1e-15.
    ///
    /// - Returns: the rate, and whether rounding lost more than the noise of a double.
    public static func read(
        exactly text: some StringProtocol
    ) throws(DecimalText.Fault) -> (rate: Rate, isRounded: Bool) {
        let rate = try bounded(DecimalText.read(text, scale: 15), times: 1)
        let fine = try DecimalText.read(text, scale: 30)
        let lost = (fine - Int128(rate.femto) * 1_000_000_000_000_000).magnitude
        // The digits of a double are right to one part in 2^53, some 9e15.
        return (rate, lost > fine.magnitude / 2_000_000_000_000_000)
    }

    private static func bounded(
        _ value: Int128, times factor: Int128
    ) throws(DecimalText.Fault) -> Rate {
        guard value <= Int128(most) / factor else { throw .tooLarge }
        return Rate(femto: Int64(value * factor))
    }
}
