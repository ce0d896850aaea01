// Decimal numbers from outside, read into whole numbers of a power of ten. No floating point:
// a price of 0.0000025 has to be exactly that.

/// A plain decimal: digits, at most one point, an optional exponent, no sign but plus.
public enum DecimalText {
    /// Why a text is no amount.
    public enum Fault: Error, Equatable, Sendable {
        case notANumber
        case negative
        case tooLarge
        /// It is not zero, and smaller than the smallest amount that is counted.
        case tooSmall
    }

    /// Reads `text` as a multiple of 10^-`scale`, rounding half to even.
    ///
    /// - Parameter scale: 0 … 30.
    /// - Returns: the rounded multiple, 0 or more.
    public static func read(
        _ text: some StringProtocol, scale: Int
    ) throws(Fault) -> Int128 {
        let parts = try parse(text)
        let shift = parts.exponent + scale
        if shift >= 0 {
            guard shift <= 36 || parts.digits == 0 else { throw .tooLarge }
            return try multiplied(parts.digits, tenTo: min(shift, 36))
        }
        guard -shift <= 38 else { return 0 }
        return Self.roundedHalfEven(parts.digits, overTenTo: -shift)
    }

    /// Reads a cap as a multiple of 10^-`digits`, cut *down*, so that it is never more than what
    /// was written: rounded half-even to 1e-12 first, which takes the noise of floating point away.
    ///
    /// - Parameter digits: 0 … 12.
    /// - Returns: 0 … ``Bounds/maxSum``; 0 only for a zero.
    static func readCap(_ text: some StringProtocol, digits: Int) throws(Fault) -> Int64 {
        var cap = try read(text, scale: 12)
        for _ in digits..<12 { cap /= 10 }
        guard cap <= Int128(Bounds.maxSum) else { throw .tooLarge }
        if cap == 0, try parse(text).digits > 0 { throw .tooSmall }
        return Int64(cap)
    }

    private static func parse(
        _ text: some StringProtocol
    ) throws(Fault) -> (digits: Int128, exponent: Int) {
        var digits: Int128 = 0
        var count = 0
        var exponent = 0
        var sawPoint = false
        var bytes = text.utf8.makeIterator()
        var next = bytes.next()
        if next == UInt8(ascii: "-") { throw .negative }
        if next == UInt8(ascii: "+") { next = bytes.next() }
        while let byte = next {
            if byte == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
            } else if let digit = byte.asDigit {
                count += 1
                // Digits past the 30th are below every scale in use; the exponent keeps count.
                if digits < 1_000_000_000_000_000_000_000_000_000_000 {
                    digits = digits * 10 + Int128(digit)
                    if sawPoint { exponent -= 1 }
                } else if !sawPoint {
                    exponent += 1
                }
            } else if byte | 0x20 == UInt8(ascii: "e") {
                exponent += try readExponent(&bytes)
                break
            } else {
                throw .notANumber
            }
            next = bytes.next()
        }
        guard count > 0 else { throw .notANumber }
        return (digits, exponent)
    }

    private static func readExponent(
        _ bytes: inout some IteratorProtocol<UInt8>
    ) throws(Fault) -> Int {
        var next = bytes.next()
        let negative = next == UInt8(ascii: "-")
        if negative || next == UInt8(ascii: "+") { next = bytes.next() }
        var value = 0
        var count = 0
        while let byte = next {
            guard let digit = byte.asDigit, count < 4 else { throw .notANumber }
            value = value * 10 + Int(digit)
            count += 1
            next = bytes.next()
        }
        guard count > 0 else { throw .notANumber }
        return negative ? -value : value
    }

    private static func multiplied(_ value: Int128, tenTo power: Int) throws(Fault) -> Int128 {
        var value = value
        for _ in 0..<power {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw .tooLarge }
            value = product
        }
        return value
    }

    /// `value / 10^power`, a tie to the even neighbour.
    public static func roundedHalfEven(_ value: Int128, overTenTo power: Int) -> Int128 {
        var divisor: Int128 = 1
        for _ in 0..<power {
            divisor *= 10
        }
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        let up = rest > divisor - rest || (rest == divisor - rest && quotient % 2 == 1)
        return up ? quotient + 1 : quotient
    }
}

extension UInt8 {
    /// The value of an ASCII digit, or nil.
    var asDigit: UInt8? {
        self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") ? self - UInt8(ascii: "0") : nil
    }
}
