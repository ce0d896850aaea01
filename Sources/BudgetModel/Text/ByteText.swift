/// Text under construction, as bytes: keys, records and digests are made of dozens of small parts,
/// and a String checks and counts each one that is added to it.
public struct ByteText: Sendable {
    public private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: how many bytes there is room for without growing.
    public init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    public var count: Int { bytes.count }

    /// What was written, as a String.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public mutating func append(_ text: String) {
        let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable {
            bytes.append(contentsOf: $0)
        }
        if isWritten == nil { bytes.append(contentsOf: text.utf8) }
    }

    public mutating func append(_ text: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    public mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    /// A number in decimal digits.
    public mutating func append(_ number: Int64) {
        var rest = number.magnitude
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { buffer in
            var start = buffer.count
            repeat {
                start -= 1
                buffer[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: buffer[start...])
        }
    }

    /// What a user chose, escaped as ``Escaping/component(_:)`` does.
    public mutating func append(escaped text: String) {
        if Escaping.isPlain(text) {
            append(text)
        } else {
            append(Escaping.component(text))
        }
    }

    /// Forgets what was written behind a place.
    public mutating func truncate(to count: Int) {
        bytes.removeSubrange(count...)
    }

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }
}
