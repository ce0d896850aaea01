// Numbers as people read them: in sentences, in the audit and in tables alike. The operators' page
// spells them so too.

/// Numbers for people.
public enum ReadableNumber {
    /// `1234567.5` as `1,234,567.5`; what is no number stays as it is.
    public static func grouped(_ text: String) -> String {
        let bytes = text.utf8
        let start = bytes.first == UInt8(ascii: "-") ? 1 : 0
        let whole = bytes.dropFirst(start).prefix { $0 != UInt8(ascii: ".") }
        guard whole.count > 3, whole.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return text
        }
        var grouped = ByteText(capacity: bytes.count + whole.count / 3)
        for (index, byte) in bytes.enumerated() {
            let left = start + whole.count - index
            if left > 0, left < whole.count, left.isMultiple(of: 3) { grouped.append(",") }
            grouped.append(byte: byte)
        }
        return grouped.text
    }

    /// So many of something: `1 line`, `2,000 lines`.
    public static func counted(_ number: some BinaryInteger, _ noun: String) -> String {
        grouped("\(number)") + " " + noun + (number == 1 ? "" : "s")
    }

    /// US dollars, with two places at the least: `$1,234.50`, `$0.002`, `-$3.00`.
    public static func money(_ dollars: String) -> String {
        let sign = dollars.hasPrefix("-") ? "-" : ""
        let amount = grouped(String(dollars.dropFirst(sign.count)))
        let places = amount.utf8.reversed().prefix { $0 != UInt8(ascii: ".") }.count
        let missing =
            places == amount.utf8.count ? ".00" : String(repeating: "0", count: max(0, 2 - places))
        return sign + "$" + amount + missing
    }
}
