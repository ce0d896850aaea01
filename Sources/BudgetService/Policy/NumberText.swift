/// Numbers as the policy writes them: decimal, with `_` between digits.
enum NumberText {
    /// `100_000` → `100000`; nil where an underscore is not between two digits.
    static func withoutUnderscores(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
            guard index > 0, index < bytes.count - 1, isDigit(bytes[index - 1]),
                isDigit(bytes[index + 1])
            else { return nil }
        }
        return text.filter { $0 != "_" }
    }

    /// A whole number of 0 or more; nil for anything else, also one past Int64.
    static func whole(_ text: String) -> Int64? {
        guard let plain = withoutUnderscores(text), plain.utf8.allSatisfy(isDigit) else {
            return nil
        }
        return Int64(plain)
    }

    /// Whether the text is a decimal number of any size and sign.
    static func isNumber(_ text: String) -> Bool {
        text.utf8.allSatisfy { isDigit($0) || "._eE+-".utf8.contains($0) }
            && Double(withoutUnderscores(text) ?? "")?.isFinite == true
    }

    /// Groups of three: `9_007_199`.
    static func text(_ value: Int64) -> String {
        let digits = Array(String(value))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "_" }
            text.append(digit)
        }
        return text
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
