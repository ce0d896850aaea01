// Commands → bytes, for talking to Redis. Formatting a command of 23 arguments takes hiredis
// 1.5 µs; into a buffer whose room is there already it takes a tenth.

public import NIOCore

/// Writes commands as arrays of bulk strings.
///
/// `begin` announces how many arguments must follow, the verb included.
public struct CommandWriter: Sendable {
    /// What was written and not yet taken.
    public var buffer: ByteBuffer

    /// Makes a writer that appends to a buffer.
    public init(buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    /// Begins a command of so many arguments, the verb included.
    public mutating func begin(argumentCount: Int) {
        buffer.writeHeader(UInt8(ascii: "*"), argumentCount)
    }

    /// Writes an argument.
    public mutating func argument(_ text: String) {
        buffer.writeBulk(text)
    }

    /// Writes an argument.
    public mutating func argument(_ text: StaticString) {
        buffer.writeBulk(text)
    }

    /// Writes a whole number as an argument.
    public mutating func argument(_ value: Int) {
        buffer.writeBulk(decimal: value)
    }

    /// Writes any bytes as an argument.
    public mutating func argument(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer.writeBulk($0) }
    }

    /// Writes a buffer's readable bytes as an argument.
    public mutating func argument(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { buffer.writeBulk($0) }
    }

    /// Writes borrowed bytes as an argument.
    public mutating func argument(_ bytes: UnsafeRawBufferPointer) {
        buffer.writeBulk(bytes)
    }

    /// Writes arguments that are encoded as bulk strings already.
    public mutating func encodedArguments(_ bytes: ByteBuffer) {
        buffer.writeImmutableBuffer(bytes)
    }

    /// Writes a whole command.
    public mutating func command(_ arguments: [String]) {
        begin(argumentCount: arguments.count)
        for argument in arguments { self.argument(argument) }
    }
}
