// Bytes that are no value of the protocol.

/// Why no value could be made of the bytes; nothing after it can be decoded.
public struct RESPValueDecodingError: Error, Sendable, Equatable {
    /// What was wrong.
    public let description: String
}
