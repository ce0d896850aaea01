// What a field of a reply says, found where it lies; no tree is built of what else there is.

/// The daemon's answer: a map, in RESP2 a flat list of names and values.
struct ReplyFields {
    private let reply: UnsafeRawBufferPointer

    /// - Parameter reply: a whole one, borrowed.
    init(_ reply: UnsafeRawBufferPointer) {
        self.reply = reply
    }

    /// The text of an error.
    var error: String? {
        guard reply.first == UInt8(ascii: "-") else { return nil }
        return String(decoding: reply.dropFirst().dropLast(2), as: UTF8.self)
    }

    /// A field's bulk string; nil where the map has none of that name.
    subscript(name: String) -> String? {
        guard let map = ReplyScanner.Header(reply, at: 0), map.type == UInt8(ascii: "*") else {
            return nil
        }
        var position = map.end
        for _ in 0..<map.number / 2 {
            guard let key = text(at: position),
                let value = ReplyScanner.end(of: reply, from: position),
                let end = ReplyScanner.end(of: reply, from: value)
            else { return nil }
            if key.elementsEqual(name.utf8) {
                return text(at: value).map { String(decoding: $0, as: UTF8.self) }
            }
            position = end
        }
        return nil
    }

    private func text(at position: Int) -> Slice<UnsafeRawBufferPointer>? {
        guard let header = ReplyScanner.Header(reply, at: position),
            header.type == UInt8(ascii: "$"), header.number >= 0
        else { return nil }
        return reply[header.end..<header.end + header.number]
    }
}
