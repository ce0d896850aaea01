// The two ways in which a client's bytes can fail: too much, or no protocol at all. They are kept
// apart because after the first the connection goes on, and after the second it can't.

/// Why no request could be made of a client's bytes.
public enum RequestDecodingError: Error, Sendable, Equatable {
    /// The request passed a bound. It was skipped to its end; the next one will be decoded.
    case tooLarge(String)
    /// The bytes are not the protocol, so where the next request begins is unknown. Answer, then
    /// close; the decoder throws this same error for ever.
    case protocolViolation(String)

    /// Whether the connection must be closed after the answer.
    public var isFatal: Bool {
        switch self {
        case .tooLarge: false
        case .protocolViolation: true
        }
    }

    /// The whole error line for the client, its stable code first, without the leading `-`.
    public var replyLine: String {
        switch self {
        case .tooLarge(let description): "TOOLARGE \(description)"
        case .protocolViolation(let description): "ERR Protocol error: \(description)"
        }
    }
}
