// Bytes of a client connection → requests.
//
// Made of two parts: the `FrameScanner`, a pure machine that walks the bytes of one frame and
// remembers where it stopped, and this buffer around it, which keeps the bytes of the unfinished
// frame and nothing of a frame that is too large.
//
// What must always hold:
// - No byte is walked twice, however the bytes are cut (a header of at most 12 bytes excepted).
// - What is buffered for one unfinished request never passes `RequestBounds.maxFrameBytes` (or
//   `maxInlineBytes`) by more than what one `feed` brought.
// - The same bytes give the same requests and errors, however they are cut.
//
// Rejected: NIO's ByteToMessageDecoder (its base copies, and its one error closes the stream, so
// that a request that is too large couldn't be skipped) and hiredis's reader (196 ns against 16,
// no inline commands).

public import NIOCore

/// An incremental decoder of client requests: arrays of bulk strings, and inline commands.
///
/// Feed it what was read, then take requests until it has none.
public struct RequestDecoder: Sendable {
    private var buffer = ByteBuffer()
    private var scanner: FrameScanner
    private var violation: RequestDecodingError?

    /// Makes a decoder for one connection.
    public init(bounds: RequestBounds = RequestBounds()) {
        scanner = FrameScanner(bounds: bounds)
    }

    /// How many fed bytes wait for the rest of their request, or to be taken.
    public var bufferedBytes: Int { buffer.readableBytes }

    /// Takes all readable bytes. Where nothing is left over they are taken without a copy.
    public mutating func feed(_ bytes: inout ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
            bytes.moveReaderIndex(to: bytes.writerIndex)
            return
        }
        // Only when the read part outweighs the rest, so that moving the rest is paid for.
        if buffer.readerIndex >= buffer.readableBytes { buffer.discardReadBytes() }
        buffer.writeBuffer(&bytes)
    }

    /// The next whole request, or nil until more bytes come.
    ///
    /// - Throws: `tooLarge`, once for each skipped request, after which this can be called again;
    ///   or `protocolViolation`, from then on always.
    public mutating func next() throws(RequestDecodingError) -> Request? {
        if let violation { throw violation }
        while true {
            let outcome = buffer.withUnsafeReadableBytes { scanner.scan($0) }
            switch outcome {
            case .needsMore:
                return nil
            case .consumed(let count):
                buffer.moveReaderIndex(forwardBy: count)
            case .request(let count):
                guard let frame = buffer.readSlice(length: count) else {
                    preconditionFailure("the scanner passed the end of its bytes")
                }
                return Request(frame: frame, ranges: scanner.takeRanges())
            case .inline(let content, let count):
                guard let line = buffer.getSlice(at: buffer.readerIndex, length: content) else {
                    preconditionFailure("the scanner passed the end of its bytes")
                }
                buffer.moveReaderIndex(forwardBy: count)
                if let request = try inlineRequest(line) { return request }
            case .tooLarge(let description, let count):
                buffer.moveReaderIndex(forwardBy: count)
                throw .tooLarge(description)
            case .violation(let description):
                throw fail(description)
            }
        }
    }

    /// - Returns: nil for a line of blanks.
    private mutating func inlineRequest(
        _ line: ByteBuffer
    ) throws(RequestDecodingError) -> Request? {
        var words = InlineWords()
        guard line.withUnsafeReadableBytes({ words.split($0) }) else {
            throw fail("unbalanced quotes in request")
        }
        if words.ranges.isEmpty { return nil }
        guard words.ranges.count <= scanner.bounds.maxArguments else {
            throw .tooLarge(scanner.excessArguments(words.ranges.count))
        }
        return Request(frame: ByteBuffer(bytes: words.bytes), ranges: words.ranges)
    }

    private mutating func fail(_ description: String) -> RequestDecodingError {
        let error = RequestDecodingError.protocolViolation(description)
        violation = error
        buffer = ByteBuffer()
        return error
    }
}
