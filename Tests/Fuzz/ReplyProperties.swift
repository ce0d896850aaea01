// Replies: the same bytes mean the same however they are cut.

import NIOCore
import RESP

enum ReplyProperties {
    private enum Event {
        case value(RESPValue)
        case violation(String)

        /// As text, in which a NaN is one.
        var text: String { "\(self)" }
    }

    static func breach(by bytes: [UInt8]) -> String? {
        let whole = decode([bytes])
        guard decode(bytes.map { [$0] }) == whole else {
            return "byte by byte the replies are others"
        }
        for cut in cuts(of: bytes) {
            guard decode([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole else {
                return "cut at \(cut) the replies are others"
            }
        }
        return nil
    }

    private static func decode(_ pieces: [[UInt8]]) -> [String] {
        var decoder = RESPValueDecoder()
        var events: [String] = []
        for piece in pieces {
            var bytes = ByteBuffer(bytes: piece)
            decoder.feed(&bytes)
            do throws(RESPValueDecodingError) {
                while let value = try decoder.next() { events.append(Event.value(value).text) }
            } catch {
                return events + [Event.violation(error.description).text]
            }
        }
        return events
    }
}
