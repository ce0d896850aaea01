// Which of the two dialects a client speaks; it starts with 2 and may change by HELLO.

/// The version of the Redis serialization protocol.
public enum ProtocolVersion: Int, Sendable {
    /// RESP2: maps are flat arrays, null is a bulk string of length -1.
    case resp2 = 2
    /// RESP3: maps and null have types of their own.
    case resp3 = 3
}
