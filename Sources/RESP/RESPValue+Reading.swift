// Short ways to what a test wants of a reply. A map is read alike in both protocol versions, since
// in RESP2 it is a flat list.

extension RESPValue {
    /// The text of a simple, bulk, verbatim or big-number value; nil for others or bad UTF-8.
    public var string: String? {
        switch self {
        case .simple(let text), .bigNumber(let text), .verbatim(_, let text): text
        case .bulk(let bytes): String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }

    /// The whole number of an integer, or of a text that is one.
    public var integer: Int64? {
        if case .integer(let value) = self { return value }
        return string.flatMap { Int64($0) }
    }

    /// The values of an array.
    public var array: [RESPValue]? {
        if case .array(let values) = self { return values }
        return nil
    }

    /// The pairs of a map, or of an array that holds keys and values in turn.
    public var entries: [Entry]? {
        switch self {
        case .map(let entries):
            return entries
        case .array(let values) where values.count.isMultiple(of: 2):
            return stride(from: 0, to: values.count, by: 2).map {
                Entry(key: values[$0], value: values[$0 + 1])
            }
        default:
            return nil
        }
    }

    /// Whether it is null.
    public var isNull: Bool { self == .null }

    /// The whole line of an error.
    public var errorLine: String? {
        if case .error(let line) = self { return line }
        return nil
    }

    /// The first word of an error.
    public var errorCode: String? {
        errorLine.map { String($0.prefix { $0 != " " }) }
    }

    /// The value under a key of a map (in RESP2: of a flat list).
    public subscript(key: String) -> RESPValue? {
        entries?.first { $0.key.string == key }?.value
    }

    /// The value at a place of an array; nil past its end.
    public subscript(index: Int) -> RESPValue? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }
}
