// Replies → bytes. It appends to a buffer that the connection keeps, so that a burst of replies
// is one write; what the two protocol versions have apart is told apart here and nowhere else.

public import NIOCore

/// Writes replies in a client's protocol version.
///
/// Array and map headers announce what must follow; the writer doesn't count along.
public struct ReplyWriter: Sendable {
    /// What was written and not yet taken.
    public var buffer: ByteBuffer
    /// The client's version; it may change between two replies.
    public var protocolVersion: ProtocolVersion

    /// Makes a writer that appends to a buffer.
    public init(buffer: ByteBuffer = ByteBuffer(), protocolVersion: ProtocolVersion = .resp2) {
        self.buffer = buffer
        self.protocolVersion = protocolVersion
    }

    /// Writes a simple string, such as OK; it must not have a line break.
    public mutating func simple(_ text: StaticString) {
        buffer.writeInteger(UInt8(ascii: "+"))
        buffer.writeStaticString(text)
        buffer.writeStaticString("\r\n")
    }

    /// Writes an error: its stable code, then a sentence. Line breaks become blanks.
    public mutating func error(_ line: String) {
        buffer.writeInteger(UInt8(ascii: "-"))
        let count = buffer.writeString(line)
        buffer.withUnsafeMutableReadableBytes { bytes in
            let first = bytes.count - count
            for index in first..<bytes.count
            where bytes[index] == UInt8(ascii: "\r") || bytes[index] == UInt8(ascii: "\n") {
                bytes[index] = UInt8(ascii: " ")
            }
        }
        buffer.writeStaticString("\r\n")
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int) {
        buffer.writeHeader(UInt8(ascii: ":"), value)
    }

    /// Writes a bulk string.
    public mutating func bulk(_ text: String) {
        buffer.writeBulk(text)
    }

    /// Writes a bulk string.
    public mutating func bulk(_ text: StaticString) {
        buffer.writeBulk(text)
    }

    /// Writes a bulk string of any bytes.
    public mutating func bulk(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer.writeBulk($0) }
    }

    /// Writes a bulk string of a buffer's readable bytes.
    public mutating func bulk(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { buffer.writeBulk($0) }
    }

    /// Writes a bulk string of borrowed bytes.
    public mutating func bulk(_ bytes: UnsafeRawBufferPointer) {
        buffer.writeBulk(bytes)
    }

    /// Writes a number as a bulk string, for values that are text by contract.
    public mutating func bulk(decimal value: Int) {
        buffer.writeBulk(decimal: value)
    }

    /// Writes null.
    public mutating func null() {
        switch protocolVersion {
        case .resp2: buffer.writeStaticString("$-1\r\n")
        case .resp3: buffer.writeStaticString("_\r\n")
        }
    }

    /// Begins an array of so many values.
    public mutating func array(count: Int) {
        buffer.writeHeader(UInt8(ascii: "*"), count)
    }

    /// Begins what nobody asked for, of so many values; an array in RESP2.
    public mutating func push(count: Int) {
        switch protocolVersion {
        case .resp2: buffer.writeHeader(UInt8(ascii: "*"), count)
        case .resp3: buffer.writeHeader(UInt8(ascii: ">"), count)
        }
    }

    /// Begins a map of so many pairs; a flat array of twice as many values in RESP2.
    public mutating func map(count: Int) {
        switch protocolVersion {
        case .resp2: buffer.writeHeader(UInt8(ascii: "*"), count * 2)
        case .resp3: buffer.writeHeader(UInt8(ascii: "%"), count)
        }
    }
}
