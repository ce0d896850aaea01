// One client request as the wire had it: a slice of the receive buffer and where the arguments
// lie in it. No String is made until somebody asks, since most arguments are only compared.

public import NIOCore

/// A decoded request: one or more arguments, the first of which is the verb.
public struct Request: Sendable {
    /// Where an argument lies in the request's bytes; four bytes each suffice for any frame.
    @usableFromInline
    struct ArgumentRange: Sendable {
        @usableFromInline let offset: UInt32
        @usableFromInline let length: UInt32

        init(offset: Int, length: Int) {
            self.offset = UInt32(offset)
            self.length = UInt32(length)
        }
    }

    @usableFromInline let frame: ByteBuffer
    @usableFromInline let ranges: [ArgumentRange]

    /// - Parameter frame: readable bytes that the ranges' offsets count from.
    init(frame: ByteBuffer, ranges: [ArgumentRange]) {
        self.frame = frame
        self.ranges = ranges
    }

    /// How many arguments there are, the verb included; at least 1.
    public var count: Int { ranges.count }

    /// How many bytes the request took on the wire (for an inline one: after unquoting).
    public var byteCount: Int { frame.readableBytes }

    /// Lends the bytes of an argument, which must not escape.
    @inlinable
    public func withBytes<T>(at index: Int, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows
        -> T
    {
        let range = ranges[index]
        return try frame.withUnsafeReadableBytes { all in
            let start = Int(range.offset)
            return try body(
                UnsafeRawBufferPointer(rebasing: all[start..<start + Int(range.length)]))
        }
    }

    /// How many bytes an argument has.
    public func length(at index: Int) -> Int { Int(ranges[index].length) }

    /// An argument as text; nil if it isn't UTF-8. (Repairing it would make two different names
    /// one.)
    public func string(at index: Int) -> String? {
        withBytes(at: index) { bytes in
            // ASCII, which nearly everything is, is valid; checking that is the quicker way.
            isASCII(bytes)
                ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
        }
    }

    /// A copy of an argument's bytes.
    public func bytes(at index: Int) -> [UInt8] {
        withBytes(at: index) { [UInt8]($0) }
    }

    /// An argument as a slice that shares the request's storage.
    public func slice(at index: Int) -> ByteBuffer {
        let range = ranges[index]
        let start = frame.readerIndex + Int(range.offset)
        guard let slice = frame.getSlice(at: start, length: Int(range.length)) else {
            preconditionFailure("the decoder made a range outside of its frame")
        }
        return slice
    }
}

private func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var bits: UInt64 = 0
    var position = 0
    while position + 8 <= bytes.count {
        bits |= bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        position += 8
    }
    while position < bytes.count {
        bits |= UInt64(bytes[position])
        position += 1
    }
    return bits & 0x8080_8080_8080_8080 == 0
}
