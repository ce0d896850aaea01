// How a frame begins, and the headers that tell its extent: `*<count>` and `$<length>`.

extension FrameScanner {
    /// A number that a header gave.
    private enum Header {
        case needsMore
        case malformed
        case value(Int, end: Int)
    }

    mutating func scanStart(_ bytes: UnsafeRawBufferPointer) -> Outcome? {
        switch bytes[position] {
        case UInt8(ascii: "*"):
            switch header(bytes, from: position + 1) {
            case .needsMore: return .needsMore
            case .malformed: return .violation("invalid multibulk length")
            case .value(let count, let end): return startArray(count, headerEnd: end)
            }
        case UInt8(ascii: "\n"):
            return .consumed(1)
        case UInt8(ascii: "\r"):
            guard bytes.count > 1 else { return .needsMore }
            guard bytes[1] == UInt8(ascii: "\n") else {
                phase = .inline
                return nil
            }
            return .consumed(2)
        default:
            phase = .inline
            return nil
        }
    }

    private mutating func startArray(_ count: Int, headerEnd: Int) -> Outcome? {
        guard count <= absurdArguments else { return .violation("invalid multibulk length") }
        guard count > 0 else { return .consumed(headerEnd) }
        missing = count
        position = headerEnd
        phase = .header
        if count > bounds.maxArguments {
            skipRest(because: excessArguments(count))
        } else {
            reserveRanges(count)
        }
        return nil
    }

    mutating func scanArgumentHeader(_ bytes: UnsafeRawBufferPointer) -> Outcome? {
        guard bytes[position] == UInt8(ascii: "$") else {
            return .violation("expected '$', got \(printable(bytes[position]))")
        }
        switch header(bytes, from: position + 1) {
        case .needsMore:
            return .needsMore
        case .malformed:
            return .violation("invalid bulk length")
        case .value(let length, let end):
            guard length <= absurdLength else { return .violation("invalid bulk length") }
            position = end
            phase = .content(length)
            if length > bounds.maxArgumentBytes {
                skipRest(
                    because: "an argument has \(length) bytes, "
                        + "at most \(bounds.maxArgumentBytes) are taken")
            } else if end + length + 2 > bounds.maxFrameBytes {
                skipRest(because: "the request has more than \(bounds.maxFrameBytes) bytes")
            }
            return nil
        }
    }

    /// Reads digits and CRLF. A header is so short that it may be read again when it was cut.
    private func header(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Header {
        var value = 0
        var index = start
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit > 9 { break }
            guard index - start < maxHeaderDigits else { return .malformed }
            value = value * 10 + Int(digit)
            index += 1
        }
        guard index < bytes.count else { return .needsMore }
        guard index > start, bytes[index] == UInt8(ascii: "\r") else { return .malformed }
        guard index + 1 < bytes.count else { return .needsMore }
        guard bytes[index + 1] == UInt8(ascii: "\n") else { return .malformed }
        return .value(value, end: index + 2)
    }

    mutating func scanInline(_ bytes: UnsafeRawBufferPointer) -> Outcome? {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
        guard position <= bounds.maxInlineBytes else {
            return .violation("too big inline request")
        }
        guard position < bytes.count else { return .needsMore }
        let hasReturn = position > 0 && bytes[position - 1] == UInt8(ascii: "\r")
        let content = hasReturn ? position - 1 : position
        let count = position + 1
        startOver()
        return .inline(content: content, count: count)
    }

    /// The one wording for too many arguments, however they came.
    func excessArguments(_ count: Int) -> String {
        "the request has \(count) arguments, at most \(bounds.maxArguments) are taken"
    }

    private func printable(_ byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7f ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }
}

/// Digits enough for every number that is taken, so few that reading them again costs nothing.
private let maxHeaderDigits = 10
/// As Redis has it; nobody who means well sends a million arguments.
private let absurdArguments = 1024 * 1024
/// As Redis has it by default: 512 MiB, the longest string it keeps.
private let absurdLength = 512 * 1024 * 1024
