// A reply where hiredis has it. What is read once and mostly passed over, as pages of a journal
// are, costs a copy of each text otherwise, and a box for each array.

import CHiredis

/// A reply that is there while the callback runs that it is given to.
public struct LentReply {
    private let object: UnsafePointer<redisReply>

    init(_ object: UnsafePointer<redisReply>) {
        self.object = object
    }

    /// How many elements an array has; nothing else has any.
    public var count: Int {
        object.pointee.type == REDIS_REPLY_ARRAY ? Int(object.pointee.elements) : 0
    }

    /// An element of an array.
    public subscript(index: Int) -> LentReply {
        guard (0..<count).contains(index), let element = object.pointee.element[index] else {
            preconditionFailure("no element \(index) of \(count)")
        }
        return LentReply(UnsafePointer(element))
    }

    /// The bytes of a bulk string or a status; nothing else has any.
    public var bytes: UnsafeRawBufferPointer? {
        switch object.pointee.type {
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS:
            UnsafeRawBufferPointer(start: object.pointee.str, count: Int(object.pointee.len))
        default: nil
        }
    }

    /// The same as text, where it is UTF-8.
    public var string: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }

    /// A copy, to be kept.
    public var copy: RedisReply { RedisReply(object.pointee) }

    /// The error that it is.
    var error: RedisErrorReply? {
        guard object.pointee.type == REDIS_REPLY_ERROR, case .error(let error) = copy else {
            return nil
        }
        return error
    }
}
