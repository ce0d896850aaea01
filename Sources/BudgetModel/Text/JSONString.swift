// A text as JSON has it, for all who write JSON: the HTTP API, events, and the command line.

/// Quoted text.
public enum JSONString {
    /// Whether a text is the same between quotation marks.
    public static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { !isSpecial($0) }
    }

    /// Appends a text with its quotation marks; only what has to be is escaped.
    public static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 { append(byte, to: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A text with its quotation marks.
    public static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 2)
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        // What deletes is no control character to JSON, and one to a terminal.
        byte < 0x20 || byte == 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
        guard isSpecial(byte) else { return bytes.append(byte) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case UInt8(ascii: "\n"): bytes += "\\n".utf8
        case UInt8(ascii: "\r"): bytes += "\\r".utf8
        case UInt8(ascii: "\t"): bytes += "\\t".utf8
        default:
            let digits = String(byte, radix: 16)
            bytes += ("\\u00" + (digits.count < 2 ? "0" : "") + digits).utf8
        }
    }
}
