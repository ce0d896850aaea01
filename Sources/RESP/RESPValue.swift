// Any value of the protocol as a tree: for tests, the load generator and budgetctl, which look into
// replies. The daemon itself never builds one.

/// A value of RESP2 or RESP3.
public indirect enum RESPValue: Sendable, Equatable {
    /// `+OK`
    case simple(String)
    /// `-CODE sentence`, also RESP3's bulk error; the line without the `-`.
    case error(String)
    /// `:1`
    case integer(Int64)
    /// `$3`; any bytes.
    case bulk([UInt8])
    /// `*2`, and RESP3's sets and pushes.
    case array([RESPValue])
    /// RESP3's `%1`, in the order of the wire.
    case map([Entry])
    /// RESP3's `_`; RESP2's `$-1` and `*-1`.
    case null
    /// RESP3's `,1.5`
    case double(Double)
    /// RESP3's `#t`
    case boolean(Bool)
    /// RESP3's `(123`: its digits.
    case bigNumber(String)
    /// RESP3's `=7`: `txt` or `mkd`, and the text.
    case verbatim(format: String, text: String)

    /// A pair of a map.
    public struct Entry: Sendable, Equatable {
        /// The pair's key.
        public var key: RESPValue
        /// The pair's value.
        public var value: RESPValue

        /// Makes a pair.
        public init(key: RESPValue, value: RESPValue) {
            self.key = key
            self.value = value
        }
    }

    /// A bulk string of a text.
    public static func bulk(_ text: String) -> RESPValue { .bulk(Array(text.utf8)) }
}
