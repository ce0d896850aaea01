// A reply of Redis as a tree. Text is a String where it is one: up to 15 bytes of it need no
// allocation, and scripts answer short words and numbers.

/// What Redis answered.
public indirect enum RedisReply: Sendable, Equatable {
    /// No value.
    case null
    /// An integer.
    case integer(Int64)
    /// A bulk string that is UTF-8.
    case string(String)
    /// A bulk string that is not UTF-8.
    case bytes([UInt8])
    /// A status, such as OK.
    case status(String)
    /// An array.
    case array([RedisReply])
    /// An error; at the top of a reply only those that say nothing about the link.
    case error(RedisErrorReply)

    /// The text of a string or status.
    public var string: String? {
        switch self {
        case .string(let text), .status(let text): text
        default: nil
        }
    }

    /// The bytes of a string, whatever they are.
    public var bytes: [UInt8]? {
        switch self {
        case .string(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        default: nil
        }
    }

    /// The whole number of an integer, or of a text that is one.
    public var integer: Int64? {
        if case .integer(let value) = self { return value }
        return string.flatMap { Int64($0) }
    }

    /// The elements of an array.
    public var array: [RedisReply]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// Whether there is no value.
    public var isNull: Bool { self == .null }
}
