// A verb as two registers: compared and hashed without a String being made.

/// A word of 1 to 16 bytes, ASCII letters folded to upper case.
struct FoldedWord: Hashable, Sendable {
    private var head: UInt64 = 0
    private var tail: UInt64 = 0

    /// The longest word; a test holds every verb to it.
    static let maxBytes = 16

    /// Nil for an empty word or one that is longer.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, bytes.count <= Self.maxBytes else { return nil }
        for byte in bytes {
            let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
            tail = tail << 8 | head >> 56
            head = head << 8 | UInt64(isLower ? byte & 0xdf : byte)
        }
    }

    init?(_ text: String) {
        var text = text
        let word = text.withUTF8 { Self(UnsafeRawBufferPointer($0)) }
        guard let word else { return nil }
        self = word
    }
}
