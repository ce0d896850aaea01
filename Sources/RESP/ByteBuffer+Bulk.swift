// Headers and bulk strings, written in one go: the room is reserved once, then filled.

import NIOCore

extension ByteBuffer {
    /// Writes a type byte, a number and CRLF.
    mutating func writeHeader(_ type: UInt8, _ value: Int) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: maxDecimalBytes + 3) { target in
            guard let base = target.baseAddress else { return 0 }
            return fillHeader(type, value, base)
        }
    }

    /// Writes `$<length>`, CRLF, the bytes, CRLF.
    mutating func writeBulk(_ bytes: UnsafeRawBufferPointer) {
        let room = bytes.count + maxDecimalBytes + 5
        writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
            guard let base = target.baseAddress else { return 0 }
            var end = fillHeader(UInt8(ascii: "$"), bytes.count, base)
            if let source = bytes.baseAddress {
                (base + end).copyMemory(from: source, byteCount: bytes.count)
            }
            end += bytes.count
            return end + fillLineEnd(base + end)
        }
    }

    mutating func writeBulk(_ text: String) {
        var text = text
        text.withUTF8 { writeBulk(UnsafeRawBufferPointer($0)) }
    }

    mutating func writeBulk(_ text: StaticString) {
        writeBulk(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes a whole number as a bulk string.
    mutating func writeBulk(decimal value: Int) {
        withUnsafeTemporaryAllocation(byteCount: maxDecimalBytes, alignment: 1) { digits in
            guard let base = digits.baseAddress else { return }
            let count = writeDecimal(value, to: base)
            writeBulk(UnsafeRawBufferPointer(start: base, count: count))
        }
    }
}

private func fillHeader(_ type: UInt8, _ value: Int, _ target: UnsafeMutableRawPointer) -> Int {
    target.storeBytes(of: type, as: UInt8.self)
    let end = 1 + writeDecimal(value, to: target + 1)
    return end + fillLineEnd(target + end)
}

private func fillLineEnd(_ target: UnsafeMutableRawPointer) -> Int {
    target.storeBytes(of: UInt8(ascii: "\r"), as: UInt8.self)
    target.storeBytes(of: UInt8(ascii: "\n"), toByteOffset: 1, as: UInt8.self)
    return 2
}
