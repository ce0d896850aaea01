// Questions about an argument that need no String: is it this word, is it a whole number.

extension Request {
    /// Whether an argument is this word, ASCII letters of either case being equal.
    public func matches(at index: Int, _ word: StaticString) -> Bool {
        withBytes(at: index) { bytes in
            guard bytes.count == word.utf8CodeUnitCount else { return false }
            for position in 0..<bytes.count
            where foldedCase(bytes[position]) != foldedCase(word.utf8Start[position]) {
                return false
            }
            return true
        }
    }

    /// An argument as a whole number: an optional `-`, then digits only; nil if it isn't one or
    /// doesn't fit.
    public func integer(at index: Int) -> Int64? {
        withBytes(at: index) { parseInteger($0) }
    }
}

private func foldedCase(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}
