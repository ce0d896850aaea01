// A command as it goes onto the wire, encoded before it is queued.

public import NIOCore
import RESP

/// One encoded command.
public struct RedisCommand: Sendable {
    /// The command as an array of bulk strings.
    public let encoded: ByteBuffer

    /// Takes a command that is encoded already, by `CommandWriter`: exactly one, whole.
    public init(encoded: ByteBuffer) {
        self.encoded = encoded
    }

    /// Encodes a command of texts.
    public init(_ arguments: String...) {
        self.init(arguments: arguments)
    }

    /// Encodes a command of texts.
    public init(arguments: [String]) {
        var writer = CommandWriter()
        writer.command(arguments)
        self.encoded = writer.buffer
    }
}
