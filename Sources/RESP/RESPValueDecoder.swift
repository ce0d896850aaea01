// Bytes → values of both protocol versions, for tests, the load generator and budgetctl. It keeps
// the collections that aren't complete on a stack, so that no byte of a finished element is read
// twice, however the bytes are cut.

public import NIOCore

/// An incremental decoder of replies.
public struct RESPValueDecoder: Sendable {
    /// A collection that misses elements.
    private struct Partial {
        var isMap: Bool
        var missing: Int
        var values: [RESPValue] = []
    }

    private var buffer = ByteBuffer()
    private var stack: [Partial] = []
    /// How many bytes behind the reader index are known to hold no line end.
    private var searched = 0

    /// Makes a decoder for one connection.
    public init() {}

    /// Takes all readable bytes.
    public mutating func feed(_ bytes: inout ByteBuffer) {
        if buffer.readerIndex >= buffer.readableBytes { buffer.discardReadBytes() }
        buffer.writeBuffer(&bytes)
    }

    /// The next whole value, or nil until more bytes come.
    ///
    /// - Throws: on bytes that are no protocol; the decoder is of no use from then on.
    public mutating func next() throws(RESPValueDecodingError) -> RESPValue? {
        while let line = nextLine() {
            guard let element = try element(line) else { return nil }
            guard case .value(let value) = element else { continue }
            if let whole = close(value) { return whole }
        }
        return nil
    }

    private enum Element {
        case value(RESPValue)
        case opened
    }

    /// The next line without its end, if it is complete; the reader index stays before it.
    private mutating func nextLine() -> String? {
        let view = buffer.readableBytesView
        guard let end = view.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) else {
            searched = view.count
            return nil
        }
        searched = end - view.startIndex
        return String(decoding: view[view.startIndex..<end].dropLast(), as: UTF8.self)
    }

    private mutating func element(_ line: String) throws(RESPValueDecodingError) -> Element? {
        let rest = String(line.dropFirst())
        let lineBytes = searched + 1
        switch line.first {
        case "$", "=", "!":
            return try blob(line, length: try count(rest), lineBytes: lineBytes)
        case "*", "~", ">", "%":
            let count = try count(rest)
            take(lineBytes)
            return try open(count, isMap: line.first == "%")
        default:
            let value = try RESPValue(scalarLine: line)
            take(lineBytes)
            return .value(value)
        }
    }

    private mutating func blob(
        _ line: String, length: Int, lineBytes: Int
    ) throws(RESPValueDecodingError) -> Element? {
        guard length >= 0 else {
            take(lineBytes)
            return .value(.null)
        }
        guard buffer.readableBytes >= lineBytes + length + 2 else { return nil }
        let start = buffer.readerIndex + lineBytes
        guard let bytes = buffer.getBytes(at: start, length: length),
            buffer.getBytes(at: start + length, length: 2) == Array("\r\n".utf8)
        else { throw RESPValueDecodingError(description: "a bulk string doesn't end") }
        take(lineBytes + length + 2)
        return .value(RESPValue(blob: bytes, type: line.first))
    }

    private mutating func open(
        _ count: Int, isMap: Bool
    ) throws(RESPValueDecodingError) -> Element {
        if count < 0 { return .value(.null) }
        if count == 0 { return .value(isMap ? .map([]) : .array([])) }
        guard stack.count < 64 else { throw RESPValueDecodingError(description: "nested too deep") }
        stack.append(Partial(isMap: isMap, missing: isMap ? count * 2 : count))
        return .opened
    }

    /// Puts a value where it belongs; returns the outermost one once it is complete.
    private mutating func close(_ value: RESPValue) -> RESPValue? {
        var value = value
        while !stack.isEmpty {
            let top = stack.count - 1
            stack[top].values.append(value)
            stack[top].missing -= 1
            guard stack[top].missing == 0 else { return nil }
            let done = stack.removeLast()
            value = .array(done.values)
            if done.isMap { value = .map(value.entries ?? []) }
        }
        return value
    }

    private func count(_ digits: String) throws(RESPValueDecodingError) -> Int {
        guard let count = Int(digits), count >= -1, count <= 512 * 1024 * 1024 else {
            throw RESPValueDecodingError(description: "a length of '\(digits)'")
        }
        return count
    }

    private mutating func take(_ count: Int) {
        buffer.moveReaderIndex(forwardBy: count)
        searched = 0
    }
}
