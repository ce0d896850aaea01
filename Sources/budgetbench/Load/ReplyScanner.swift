// Where replies end and whether they allow, read from the bytes as they lie there: the generator
// shares the machine with what it measures, so it builds nothing.

import Glibc

enum ReplyScanner {
    /// The end of the reply (RESP2) that begins at `start`, or nil where more bytes are needed.
    static func end(of bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var position = start
        var missing = 1
        while missing > 0 {
            guard let header = Header(bytes, at: position) else { return nil }
            position = header.end
            missing -= 1
            switch header.type {
            case UInt8(ascii: "*"): missing += max(0, header.number)
            case UInt8(ascii: "$"):
                if header.number >= 0 { position += header.number + 2 }
                guard position <= bytes.count else { return nil }
            default: break
            }
        }
        return position
    }

    /// A type byte and, for what has one, a number.
    struct Header {
        let type: UInt8
        let number: Int
        /// Behind the line.
        let end: Int

        init?(_ bytes: UnsafeRawBufferPointer, at start: Int) {
            guard start < bytes.count else { return nil }
            var index = start + 1
            var number = 0
            var isNegative = false
            while index < bytes.count, bytes[index] != UInt8(ascii: "\r") {
                let digit = bytes[index] &- UInt8(ascii: "0")
                if digit <= 9 { number = number &* 10 &+ Int(digit) }
                if bytes[index] == UInt8(ascii: "-") { isNegative = true }
                index += 1
            }
            guard index + 1 < bytes.count else { return nil }
            type = bytes[start]
            self.number = isNegative ? -number : number
            end = index + 2
        }
    }
}

/// How the answers of one kind of server look.
enum ExpectedReply {
    /// Anything but an error.
    case anything
    /// `1` of the home-made script.
    case one
    /// Our script's: its answers, then the clock and the sequence number.
    case stepAnswers
    /// The daemon's map, which begins with the decision.
    case decision

    /// How many decisions in a reply are an allow.
    func allowed(in reply: UnsafeRawBufferPointer) -> Int {
        switch self {
        case .anything: 0
        case .one: Self.begins(reply, with: ":1\r\n") ? 1 : 0
        case .stepAnswers: Self.acceptedSteps(reply)
        case .decision: Self.isAllow(reply) ? 1 : 0
        }
    }

    private static func acceptedSteps(_ reply: UnsafeRawBufferPointer) -> Int {
        guard let header = ReplyScanner.Header(reply, at: 0), header.number > 2 else { return 0 }
        var position = header.end
        // Where all is done, three numbers for each and no array.
        if position < reply.count, reply[position] == UInt8(ascii: ":") {
            return (header.number - 2) / 3
        }
        var accepted = 0
        for _ in 0..<header.number - 2 {
            let rest = UnsafeRawBufferPointer(rebasing: reply[position...])
            if begins(rest, with: "*5\r\n:1\r\n") { accepted += 1 }
            guard let end = ReplyScanner.end(of: reply, from: position) else { return accepted }
            position = end
        }
        return accepted
    }

    private static func isAllow(_ reply: UnsafeRawBufferPointer) -> Bool {
        guard let header = ReplyScanner.Header(reply, at: 0) else { return false }
        let rest = UnsafeRawBufferPointer(rebasing: reply[header.end...])
        return begins(rest, with: "$8\r\ndecision\r\n$5\r\nallow\r\n")
    }

    private static func begins(_ bytes: UnsafeRawBufferPointer, with text: StaticString) -> Bool {
        guard bytes.count >= text.utf8CodeUnitCount, let base = bytes.baseAddress else {
            return false
        }
        return memcmp(base, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
}
