// A token as its owner gets it, once. It is no string by itself, so that it gets into no log by
// being part of something that is logged.

import Foundation

/// A new token: `bgt_` and 256 random bits in base64url.
public struct TokenSecret: Sendable, CustomStringConvertible {
    /// What tells a token from other secrets, for people and for scanners of leaked ones.
    public static let prefix = "bgt_"
    /// To be shown to its owner, once, and to be kept nowhere.
    public let revealed: String

    /// Draws 256 bits from the system's generator, which is one for cryptography on Linux.
    public init() {
        var generator = SystemRandomNumberGenerator()
        self.init(using: &generator)
    }

    init(using generator: inout some RandomNumberGenerator) {
        var bytes: [UInt8] = []
        for _ in 0..<4 {
            withUnsafeBytes(of: generator.next() as UInt64) { bytes += $0 }
        }
        let text = Data(bytes).base64EncodedString().replacing("+", with: "-")
            .replacing("/", with: "_").replacing("=", with: "")
        revealed = Self.prefix + text
    }

    /// What the file keeps.
    public var hash: TokenHash { TokenHash(of: revealed) }

    /// Not the secret.
    public var description: String { Self.prefix + "…" }
}
