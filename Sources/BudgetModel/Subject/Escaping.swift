/// Percent-escapes what users choose, so that it can stand inside a key, a record or an entry
/// between separators. Readable text stays readable: letters of every script are left alone.
public enum Escaping {
    /// Escapes the separators `{ } : , = | %`, white space and control characters.
    public static func component(_ text: String) -> String {
        if isPlain(text) { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 8)
        for byte in text.utf8 {
            guard isSpecial(byte) else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(ascii: "%"))
            bytes.append(digit(byte >> 4))
            bytes.append(digit(byte & 15))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Undoes `component`; nil where the text is not escaped properly.
    public static func plain(_ text: String) -> String? { plain(text[...]) }

    /// The same of a part of a text. Not generic: what reads a journal does little else.
    public static func plain(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(value), let low = rest.next().flatMap(value)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Whether escaping leaves a text as it is.
    static func isPlain(_ text: String) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { !$0.contains(where: isSpecial) }
            ?? !text.utf8.contains(where: isSpecial)
    }

    /// Asked of each byte of what every decision is about: two words of bits answer it without a
    /// branch for each separator.
    private static func isSpecial(_ byte: UInt8) -> Bool {
        let bits = byte < 64 ? special.low : byte < 128 ? special.high : 0
        return bits &>> UInt64(byte & 63) & 1 == 1
    }

    /// A bit for each of the first 64 bytes, and of the next 64.
    private static var special: (low: UInt64, high: UInt64) {
        let spaces: UInt64 = 0x1_ffff_ffff
        return (
            spaces | bit(":") | bit(",") | bit("=") | bit("%"),
            bit("{") | bit("}") | bit("|") | bit("\u{7f}")
        )
    }

    private static func bit(_ character: Unicode.Scalar) -> UInt64 {
        1 << UInt64(character.value & 63)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
