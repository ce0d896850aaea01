// Whole numbers to and from decimal digits without a String in between: every length header and
// every integer of the protocol passes here.

import NIOCore

/// The most bytes an Int takes in decimal: a sign and 19 digits.
let maxDecimalBytes = 20

/// Writes a number at a place with room for `maxDecimalBytes`; returns how many bytes it took.
func writeDecimal(_ value: Int, to target: UnsafeMutableRawPointer) -> Int {
    var rest = value.magnitude
    if value >= 0 && rest < 10 {
        target.storeBytes(of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest), as: UInt8.self)
        return 1
    }
    var length = value < 0 ? 1 : 0
    var probe = rest
    repeat {
        length &+= 1
        probe /= 10
    } while probe != 0
    var position = length
    repeat {
        position &-= 1
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
        target.storeBytes(
            of: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit), toByteOffset: position,
            as: UInt8.self)
        rest = quotient
    } while rest != 0
    if value < 0 { target.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self) }
    return length
}

/// Reads an optional `-` and digits that fill the bytes; nil for anything else, or past Int64.
func parseInteger(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    var position = 0
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative { position = 1 }
    guard position < bytes.count else { return nil }
    var value: Int64 = 0
    while position < bytes.count {
        let digit = bytes[position] &- UInt8(ascii: "0")
        guard digit <= 9 else { return nil }
        let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
        let part = isNegative ? -Int64(digit) : Int64(digit)
        let (sum, overflowedToo) = product.addingReportingOverflow(part)
        guard !overflowed, !overflowedToo else { return nil }
        value = sum
        position += 1
    }
    return value
}
