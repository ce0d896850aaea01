// Walks the bytes of one frame, from its first byte to its last, and can stop after any of them.
// Pure: it sees bytes that begin where the frame begins and says how many of them are done with.
//
// A frame that passes a bound turns the scanner to skipping: headers are still read, because only
// they tell where the frame ends, but every byte passed is given back as consumed at once.

/// The machine under `RequestDecoder`.
struct FrameScanner: Sendable {
    /// What a scan found.
    enum Outcome: Equatable {
        /// The frame goes on beyond the bytes.
        case needsMore
        /// This many bytes hold nothing that is needed; scan again from behind them.
        case consumed(Int)
        /// A request fills this many bytes; take its ranges.
        case request(Int)
        /// An inline command has this much content, and with its line end fills `count` bytes.
        case inline(content: Int, count: Int)
        /// A request past a bound ended with this many bytes.
        case tooLarge(String, Int)
        /// Not the protocol.
        case violation(String)
    }

    /// What the byte at `position` begins.
    enum Phase: Equatable {
        /// A frame.
        case start
        /// More of an inline command.
        case inline
        /// The header of an argument.
        case header
        /// This many more bytes of an argument.
        case content(Int)
        /// The line end behind an argument.
        case lineEnd
    }

    let bounds: RequestBounds
    var phase = Phase.start
    /// Behind the last byte that was understood, from the start of the scanned bytes.
    var position = 0
    /// Arguments that haven't ended yet.
    var missing = 0
    /// Set once the frame has passed a bound.
    var excess: String?
    private var ranges: [Request.ArgumentRange] = []

    init(bounds: RequestBounds) {
        self.bounds = bounds
    }

    mutating func takeRanges() -> [Request.ArgumentRange] {
        defer { ranges = [] }
        return ranges
    }

    /// Walks on. After `consumed`, `request`, `inline` and `tooLarge` the next scan's bytes must
    /// begin behind the bytes counted there; after `needsMore` they begin where these did.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        while position < bytes.count {
            let outcome: Outcome?
            switch phase {
            case .start: outcome = scanStart(bytes)
            case .inline: outcome = scanInline(bytes)
            case .header: outcome = scanArgumentHeader(bytes)
            case .content(let length): outcome = scanContent(bytes, length)
            case .lineEnd: outcome = scanLineEnd(bytes)
            }
            if let outcome { return pausedOrEnded(outcome) }
        }
        return pausedOrEnded(.needsMore)
    }

    /// A skipped frame keeps no bytes while it waits for more of them.
    private mutating func pausedOrEnded(_ outcome: Outcome) -> Outcome {
        guard outcome == .needsMore, excess != nil, position > 0 else { return outcome }
        defer { position = 0 }
        return .consumed(position)
    }

    private mutating func scanContent(_ bytes: UnsafeRawBufferPointer, _ length: Int) -> Outcome? {
        let available = bytes.count - position
        if excess != nil {
            let step = min(available, length)
            position += step
            phase = step == length ? .lineEnd : .content(length - step)
            return nil
        }
        guard available >= length else { return .needsMore }
        ranges.append(Request.ArgumentRange(offset: position, length: length))
        position += length
        phase = .lineEnd
        return nil
    }

    private mutating func scanLineEnd(_ bytes: UnsafeRawBufferPointer) -> Outcome? {
        guard bytes[position] == UInt8(ascii: "\r") else { return .violation(missingLineEnd) }
        guard position + 1 < bytes.count else { return .needsMore }
        guard bytes[position + 1] == UInt8(ascii: "\n") else { return .violation(missingLineEnd) }
        position += 2
        missing -= 1
        if missing > 0 {
            phase = .header
            return nil
        }
        let length = position
        defer { startOver() }
        if let excess { return .tooLarge(excess, length) }
        return .request(length)
    }

    mutating func startOver() {
        phase = .start
        position = 0
        excess = nil
    }

    /// From here on nothing of the frame is kept.
    mutating func skipRest(because description: String) {
        guard excess == nil else { return }
        excess = description
        ranges = []
    }

    mutating func reserveRanges(_ count: Int) {
        ranges.reserveCapacity(count)
    }
}

private let missingLineEnd = "expected a line end after an argument"
