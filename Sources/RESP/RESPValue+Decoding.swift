// What one line, or one blob behind its header, means as a value.

extension RESPValue {
    /// The value of a type that fits into one line.
    init(scalarLine line: String) throws(RESPValueDecodingError) {
        let rest = String(line.dropFirst())
        switch line.first {
        case "+": self = .simple(rest)
        case "-": self = .error(rest)
        case "_" where rest.isEmpty: self = .null
        case "#" where rest == "t" || rest == "f": self = .boolean(rest == "t")
        case "(": self = .bigNumber(rest)
        case ":":
            guard let value = Int64(rest) else { throw Self.malformed(line) }
            self = .integer(value)
        case ",":
            guard let value = Double(rest) else { throw Self.malformed(line) }
            self = .double(value)
        default:
            throw Self.malformed(line)
        }
    }

    /// The value of a blob of a type: bulk string, bulk error or verbatim text.
    init(blob bytes: [UInt8], type: Character?) {
        switch type {
        case "!":
            self = .error(String(decoding: bytes, as: UTF8.self))
        case "=" where bytes.count >= 4:
            self = .verbatim(
                format: String(decoding: bytes.prefix(3), as: UTF8.self),
                text: String(decoding: bytes.dropFirst(4), as: UTF8.self))
        default:
            self = .bulk(bytes)
        }
    }

    private static func malformed(_ line: String) -> RESPValueDecodingError {
        RESPValueDecodingError(description: "no value begins with '\(line.prefix(32))'")
    }
}
