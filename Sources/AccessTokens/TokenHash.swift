// What the file keeps of a token: its SHA-256, nothing else. A slow, salted hash protects
// passwords, which people choose from few; a token is 256 random bits, which nobody finds by
// trying whatever the hash costs, and a slow one would let strangers spend the daemon's time.

import Crypto

/// The SHA-256 of a token's text. Comparing two takes the same time wherever they differ.
public struct TokenHash: Hashable, Sendable {
    private let bytes: [UInt8]

    /// The hash of a token's text.
    public init(of secret: String) {
        bytes = Array(SHA256.hash(data: Array(secret.utf8)))
    }

    /// Reads 64 hexadecimal digits in lower case; nil for anything else.
    public init?(hex: some StringProtocol) {
        let digits = hex.utf8.map(Self.value)
        guard digits.count == 2 * SHA256.byteCount, digits.allSatisfy({ $0 < 16 }) else {
            return nil
        }
        bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// 64 hexadecimal digits.
    public var hex: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Looks at every byte, so that the time says nothing about how much was right.
    public static func == (left: TokenHash, right: TokenHash) -> Bool {
        var difference: UInt8 = 0
        for index in 0..<SHA256.byteCount { difference |= left.bytes[index] ^ right.bytes[index] }
        return difference == 0
    }

    /// 255 for what is no digit.
    private static func value(_ digit: UInt8) -> UInt8 {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: 255
        }
    }
}
