// Digests: of an idempotency key, which names a reservation, and of a request's body, by which a
// repeated request is told from another one under the same key. SHA-256 cut to 128 bits: nobody
// can make two keys meet.

import BudgetModel
import Crypto

enum RequestDigest {
    /// The name of what a key stands for.
    static func id(tenant: String, key: String) -> ReservationID {
        ReservationID(tenant: tenant, digest: digest(key))
    }

    /// The digest of a body: of what was said, not of the order or spelling in which it was.
    static func body(_ command: Command, _ fields: FieldReader.Fields) -> String {
        var text = command.rawValue
        for (field, value) in fields.subject.fields { add(field.name, value, &text) }
        let usage = fields.usage
        add("provider", usage.provider, &text)
        add("model", usage.model, &text)
        add("operation", usage.operation, &text)
        add("input", usage.inputTokens, &text)
        add("output", usage.outputTokens, &text)
        add("read", usage.cacheReadTokens, &text)
        add("write", usage.cacheWriteTokens, &text)
        add("reasoning", usage.reasoningTokens, &text)
        add("ms", usage.milliseconds, &text)
        add("machine", usage.machine, &text)
        add("units", usage.units, &text)
        add("tier", usage.serviceTier?.rawValue, &text)
        add("cost", usage.cost, &text)
        add("response", usage.responseID, &text)
        add("attempt", usage.attempt, &text)
        add("outcome", usage.outcome?.rawValue, &text)
        add("ttl", fields.timeToLive, &text)
        return digest(text)
    }

    /// Values hold no control characters, so the separators are nobody's.
    private static func add(_ name: String, _ value: Int64?, _ text: inout String) {
        guard let value else { return }
        add(name, String(value), &text)
    }

    private static func add(_ name: String, _ value: String?, _ text: inout String) {
        guard let value else { return }
        text += "\n"
        text += name
        text += "\t"
        text += value
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// 128 bits as 22 characters of base64url.
    private static func digest(_ text: String) -> String {
        var text = text
        let hash = text.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
        return hash.withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: 22) { characters in
                var bits: UInt32 = 0
                var count = 0
                var at = 0
                for byte in bytes.prefix(16) {
                    bits = bits << 8 | UInt32(byte)
                    count += 8
                    while count >= 6 {
                        count -= 6
                        characters[at] = alphabet[Int(bits >> UInt32(count) & 63)]
                        at += 1
                    }
                }
                characters[at] = alphabet[Int(bits << UInt32(6 - count) & 63)]
                return 22
            }
        }
    }
}
