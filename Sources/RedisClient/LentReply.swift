// A reply where it was read. What is read once and mostly passed over, as pages of a journal are,
// costs a copy of each text otherwise, and a box for each array.

import CHiredis

/// A reply that is there while the callback runs that it is given to.
public struct LentReply {
    private let arena: UnsafePointer<ReplyArena>
    private let node: ReplyArena.Node

    init(_ arena: UnsafePointer<ReplyArena>, _ index: Int = 0) {
        self.arena = arena
        node = arena.pointee[index]
    }

    /// How many elements an array has; nothing else has any.
    public var count: Int { node.type == REDIS_REPLY_ARRAY ? node.count : 0 }

    /// An element of an array.
    public subscript(index: Int) -> LentReply {
        precondition((0..<count).contains(index), "no such element")
        return LentReply(arena, Int(node.value) + index)
    }

    /// The bytes of a bulk string or a status; nothing else has any.
    public var bytes: UnsafeRawBufferPointer? {
        switch node.type {
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: arena.pointee.text(node)
        default: nil
        }
    }

    /// The same as text, where it is UTF-8.
    public var string: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }

    /// A copy, to be kept.
    public var copy: RedisReply {
        switch node.type {
        case REDIS_REPLY_INTEGER: .integer(node.value)
        case REDIS_REPLY_STRING: Self.bulk(arena.pointee.text(node))
        case REDIS_REPLY_STATUS: .status(line)
        case REDIS_REPLY_ERROR: .error(RedisErrorReply(line: line))
        case REDIS_REPLY_ARRAY: .array((0..<node.count).map { self[$0].copy })
        default: .null
        }
    }

    /// The error that it is.
    var error: RedisErrorReply? {
        node.type == REDIS_REPLY_ERROR ? RedisErrorReply(line: line) : nil
    }

    private var line: String { String(decoding: arena.pointee.text(node), as: UTF8.self) }

    private static func bulk(_ bytes: UnsafeRawBufferPointer) -> RedisReply {
        if let text = String(validating: bytes, as: UTF8.self) { return .string(text) }
        return .bytes([UInt8](bytes))
    }
}
