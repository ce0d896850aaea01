// Bytes of a Redis connection → replies, read by libhiredis. hiredis builds its own objects, which
// are walked into ours and freed at once; building ours in its callbacks would save an allocation
// and cost a retain count kept by hand across C.

import CHiredis
import NIOCore

/// One connection's reply reader. Not Sendable: it belongs to its connection's event loop.
final class ReplyReader {
    /// Bytes that are no reply; the connection is of no use from then on.
    struct Malformed: Error, Equatable {
        let description: String
    }

    private let reader: UnsafeMutablePointer<redisReader>

    init() {
        // There is nothing to go on with: the next allocation would fail too.
        guard let reader = redisReaderCreate() else { fatalError("out of memory") }
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
    }

    /// Takes bytes. A failure shows in `next`.
    func feed(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { raw in
            guard !raw.isEmpty else { return }
            _ = redisReaderFeed(reader, raw.bindMemory(to: CChar.self).baseAddress, raw.count)
        }
    }

    /// Lends the next whole reply.
    ///
    /// - Returns: false where there is none until more bytes come.
    /// - Throws: on bytes that are no protocol, or nested deeper than hiredis's seven levels.
    func next(_ take: (LentReply) -> Void) throws(Malformed) -> Bool {
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &object) == REDIS_OK else {
            throw Malformed(description: errorText())
        }
        guard let object else { return false }
        defer { freeReplyObject(object) }
        take(LentReply(object.assumingMemoryBound(to: redisReply.self)))
        return true
    }

    private func errorText() -> String {
        withUnsafeBytes(of: &reader.pointee.errstr) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

extension RedisReply {
    /// A copy of hiredis's object, which may be freed afterwards.
    init(_ object: redisReply) {
        switch object.type {
        case REDIS_REPLY_INTEGER: self = .integer(object.integer)
        case REDIS_REPLY_STRING: self = Self.bulk(object)
        case REDIS_REPLY_STATUS: self = .status(Self.text(object))
        case REDIS_REPLY_ERROR: self = .error(RedisErrorReply(line: Self.text(object)))
        case REDIS_REPLY_ARRAY: self = Self.elements(object)
        default: self = .null
        }
    }

    private static func raw(_ object: redisReply) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: object.str, count: Int(object.len))
    }

    private static func text(_ object: redisReply) -> String {
        String(decoding: raw(object), as: UTF8.self)
    }

    private static func bulk(_ object: redisReply) -> RedisReply {
        let raw = raw(object)
        if let text = String(validating: raw, as: UTF8.self) { return .string(text) }
        return .bytes([UInt8](raw))
    }

    private static func elements(_ object: redisReply) -> RedisReply {
        let pointers = UnsafeBufferPointer(start: object.element, count: Int(object.elements))
        return .array(pointers.map { $0.map { RedisReply($0.pointee) } ?? .null })
    }
}
