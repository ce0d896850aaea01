// An inline command's line → words, for people with telnet. Blanks part words; '…' is literal,
// "…" knows \n \r \t \\ \" and \xHH; a quote must end where its word ends, as Redis has it.

/// Splits one line; the words' bytes are put one behind the other, quotes and escapes resolved.
struct InlineWords {
    private(set) var bytes: [UInt8] = []
    private(set) var ranges: [Request.ArgumentRange] = []

    /// - Returns: false if a quote is left open or something follows it without a blank.
    mutating func split(_ line: UnsafeRawBufferPointer) -> Bool {
        bytes.reserveCapacity(line.count)
        var index = 0
        while true {
            while index < line.count, isBlank(line[index]) { index += 1 }
            guard index < line.count else { return true }
            let start = bytes.count
            guard let end = word(line, from: index) else { return false }
            index = end
            ranges.append(Request.ArgumentRange(offset: start, length: bytes.count - start))
        }
    }

    /// - Returns: the index behind the word, or nil if its quotes are unbalanced.
    private mutating func word(_ line: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < line.count, !isBlank(line[index]) {
            let byte = line[index]
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
                bytes.append(byte)
                index += 1
                continue
            }
            guard let end = quoted(line, from: index + 1, until: byte) else { return nil }
            guard end == line.count || isBlank(line[end]) else { return nil }
            index = end
        }
        return index
    }

    private mutating func quoted(
        _ line: UnsafeRawBufferPointer, from start: Int, until quote: UInt8
    ) -> Int? {
        var index = start
        while index < line.count {
            let byte = line[index]
            if byte == quote { return index + 1 }
            if byte == UInt8(ascii: "\\"), index + 1 < line.count {
                let (resolved, length) = escape(line, at: index, in: quote)
                bytes.append(resolved)
                index += length
            } else {
                bytes.append(byte)
                index += 1
            }
        }
        return nil
    }

    /// - Returns: the byte that stands for what begins with the backslash, and its length.
    private func escape(
        _ line: UnsafeRawBufferPointer, at index: Int, in quote: UInt8
    ) -> (UInt8, Int) {
        let next = line[index + 1]
        if quote == UInt8(ascii: "'") {
            return next == quote ? (next, 2) : (line[index], 1)
        }
        if next == UInt8(ascii: "x"), index + 3 < line.count,
            let high = hexDigit(line[index + 2]), let low = hexDigit(line[index + 3])
        {
            return (high << 4 | low, 4)
        }
        switch next {
        case UInt8(ascii: "n"): return (UInt8(ascii: "\n"), 2)
        case UInt8(ascii: "r"): return (UInt8(ascii: "\r"), 2)
        case UInt8(ascii: "t"): return (UInt8(ascii: "\t"), 2)
        default: return (next, 2)
        }
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (byte >= 9 && byte <= 13)
    }

    private func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
