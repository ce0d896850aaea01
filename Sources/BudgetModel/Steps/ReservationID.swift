/// The name of a reservation, charge or record: its tenant and the digest of its idempotency
/// key, so that a repeated request finds the first one without an index.
public struct ReservationID: Hashable, Sendable {
    public let tenant: String
    /// 22 characters of base64url: 128 bits of the key's SHA-256.
    public let digest: String

    public init(tenant: String, digest: String) {
        self.tenant = tenant
        self.digest = digest
    }

    /// Reads `<tenant>.<digest>`; a tenant may contain points.
    public init?(text: String) {
        guard let point = text.lastIndex(of: "."), point != text.startIndex,
            text[..<point].utf8.count <= Bounds.maxNameBytes
        else { return nil }
        let digest = text[text.index(after: point)...]
        guard digest.utf8.count == 22, digest.utf8.allSatisfy(Self.isDigestByte) else { return nil }
        self.init(tenant: String(text[..<point]), digest: String(digest))
    }

    /// `<tenant>.<digest>`, as on the wire, in the log and in the ledger.
    public var text: String { tenant + "." + digest }

    private static func isDigestByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
