/// Packs the script's numbers as MessagePack, which Redis unpacks in C: one argument in place of
/// dozens. Integers, and amounts as decimal strings, are all that is needed.
struct NumberPacker {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0

    init() { bytes.reserveCapacity(256) }

    mutating func append(_ value: Int) { append(Int64(value)) }

    mutating func append(_ value: Int64) {
        count += 1
        if value >= 0 {
            appendUnsigned(UInt64(value))
        } else if value >= -32 {
            bytes.append(UInt8(truncatingIfNeeded: value))
        } else {
            bytes.append(0xd3)
            appendBytes(of: UInt64(bitPattern: value), count: 8)
        }
    }

    /// An amount: a string, so that Redis gets its digits as they are.
    mutating func append(amount: Int64) {
        count += 1
        var digits = amount.magnitude
        var text: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &text) { buffer in
            var at = buffer.count
            repeat {
                at -= 1
                buffer[at] = UInt8(ascii: "0") + UInt8(digits % 10)
                digits /= 10
            } while digits > 0
            if amount < 0 {
                at -= 1
                buffer[at] = UInt8(ascii: "-")
            }
            bytes.append(0xa0 | UInt8(buffer.count - at))
            bytes.append(contentsOf: buffer[at...])
        }
    }

    /// Begins anew, in the same memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    mutating func append(_ other: NumberPacker) {
        bytes.append(contentsOf: other.bytes)
        count += other.count
    }

    /// Lua's stack has room for 8,000 values.
    private static let mostBare = 4000

    /// Everything appended: bare, which costs Redis less to put into a table, or one array where
    /// there is too much for that.
    func packed() -> [UInt8] {
        guard count > Self.mostBare else { return bytes }
        precondition(count < 65536, "a batch is bounded")
        var whole = NumberPacker()
        whole.bytes.append(0xdc)
        whole.appendBytes(of: UInt64(count), count: 2)
        return whole.bytes + bytes
    }

    private mutating func appendUnsigned(_ value: UInt64) {
        switch value {
        case 0..<128:
            bytes.append(UInt8(value))
        case 128..<0x100:
            bytes.append(0xcc)
            bytes.append(UInt8(value))
        case 0x100..<0x1_0000:
            bytes.append(0xcd)
            appendBytes(of: value, count: 2)
        case 0x1_0000..<0x1_0000_0000:
            bytes.append(0xce)
            appendBytes(of: value, count: 4)
        default:
            bytes.append(0xcf)
            appendBytes(of: value, count: 8)
        }
    }

    private mutating func appendBytes(of value: UInt64, count: Int) {
        for shift in stride(from: (count - 1) * 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}
