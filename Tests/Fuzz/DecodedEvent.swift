// What a decoder gave, in a form that two runs can be compared by.

import NIOCore
package import RESP

/// One result of a `RequestDecoder`.
package enum DecodedEvent: Equatable, Sendable {
    case request([String])
    case tooLarge(String)
    case violation(String)
}

/// Takes all that a decoder has; a violation ends it.
package func drain(_ decoder: inout RequestDecoder) -> [DecodedEvent] {
    var events: [DecodedEvent] = []
    while true {
        do throws(RequestDecodingError) {
            guard let request = try decoder.next() else { return events }
            events.append(.request((0..<request.count).map { text(of: request, at: $0) }))
        } catch {
            switch error {
            case .tooLarge(let description):
                events.append(.tooLarge(description))
            case .protocolViolation(let description):
                return events + [.violation(description)]
            }
        }
    }
}

/// An argument, or its bytes where they are no text.
private func text(of request: Request, at index: Int) -> String {
    request.string(at: index) ?? "bytes \(request.bytes(at: index))"
}

/// Feeds pieces one after the other, draining after each, until a violation.
package func decode(
    _ pieces: [[UInt8]], bounds: RequestBounds = RequestBounds()
) -> [DecodedEvent] {
    var decoder = RequestDecoder(bounds: bounds)
    var events: [DecodedEvent] = []
    for piece in pieces {
        var bytes = ByteBuffer(bytes: piece)
        decoder.feed(&bytes)
        events += drain(&decoder)
        if case .violation = events.last { return events }
    }
    return events
}

/// Decodes a text that comes in one piece.
package func decode(
    _ text: String, bounds: RequestBounds = RequestBounds()
) -> [DecodedEvent] {
    decode([Array(text.utf8)], bounds: bounds)
}
