// Requests: the same bytes mean the same however they are cut, and what waits for its rest is
// bounded.

import NIOCore
import RESP

enum RequestProperties {
    /// So narrow that a short input passes each of them.
    private static let bounds = RequestBounds(
        maxArguments: 6, maxArgumentBytes: 24, maxFrameBytes: 96, maxInlineBytes: 32)

    static func breach(by bytes: [UInt8]) -> String? {
        for bounds in [RequestBounds(), bounds] {
            let whole = decode([bytes], bounds: bounds)
            guard decode(bytes.map { [$0] }, bounds: bounds) == whole else {
                return "byte by byte the requests are others"
            }
            for cut in cuts(of: bytes) {
                let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
                guard decode(pieces, bounds: bounds) == whole else {
                    return "cut at \(cut) the requests are others"
                }
            }
        }
        return keptTooMuch(of: bytes)
    }

    /// What one piece brought may come on top of the bound.
    private static func keptTooMuch(of bytes: [UInt8]) -> String? {
        var decoder = RequestDecoder(bounds: bounds)
        let most = max(bounds.maxFrameBytes, bounds.maxInlineBytes) + 1
        for byte in bytes {
            var piece = ByteBuffer(bytes: [byte])
            decoder.feed(&piece)
            if case .violation = drain(&decoder).last { return nil }
            guard decoder.bufferedBytes <= most else {
                return "\(decoder.bufferedBytes) bytes are kept, expected at most \(most)"
            }
        }
        return nil
    }
}
