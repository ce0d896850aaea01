// Digests: of an idempotency key, which names a reservation, and of a request's body, by which a
// repeated request is told from another one under the same key. SHA-256 cut to 128 bits: nobody
// can make two keys meet.

import BudgetModel
import Crypto

enum RequestDigest {
    /// The name of what a key stands for.
    static func id(tenant: String, key: String) -> ReservationID {
        var text = ByteText(capacity: key.utf8.count)
        text.append(key)
        return ReservationID(tenant: tenant, digest: digest(text))
    }

    /// The digest of a body: of what was said, not of the order or spelling in which it was.
    static func body(_ command: Command, _ fields: FieldReader.Fields) -> String {
        var text = ByteText(capacity: 512)
        text.append(command.rawValue)
        let subject = fields.subject
        add("tenant", subject.tenant, &text)
        add("user", subject.user, &text)
        add("session", subject.session, &text)
        add("run", subject.run, &text)
        add("task", subject.task, &text)
        add("agent", subject.agent, &text)
        add("tool", subject.tool, &text)
        add("fingerprint", subject.fingerprint, &text)
        for label in subject.labels {
            text.append("\nlabel.")
            text.append(label.name)
            text.append("\t")
            text.append(label.value)
        }
        let usage = fields.usage
        add("provider", usage.provider, &text)
        add("model", usage.model, &text)
        add("operation", usage.operation, &text)
        add("input", usage.inputTokens, &text)
        add("output", usage.outputTokens, &text)
        add("read", usage.cacheReadTokens, &text)
        add("write", usage.cacheWriteTokens, &text)
        add("long", usage.longCacheWriteTokens, &text)
        add("reasoning", usage.reasoningTokens, &text)
        add("input audio", usage.inputAudioTokens, &text)
        add("input image", usage.inputImageTokens, &text)
        add("output audio", usage.outputAudioTokens, &text)
        add("output image", usage.outputImageTokens, &text)
        add("images", usage.images, &text)
        add("queries", usage.queries, &text)
        add("characters", usage.characters, &text)
        add("ms", usage.milliseconds, &text)
        add("machine", usage.machine, &text)
        add("units", usage.units, &text)
        add("tier", usage.serviceTier?.rawValue, &text)
        add("cost", usage.cost, &text)
        add("response", usage.responseID, &text)
        add("attempt", usage.attempt, &text)
        add("outcome", usage.outcome?.rawValue, &text)
        add("ttl", fields.timeToLive, &text)
        add("limit", fields.limit, &text)
        add("cap", fields.cap, &text)
        add("amount", fields.amount, &text)
        add("until", fields.until, &text)
        add("reason", fields.reason, &text)
        add("counters", fields.counters, &text)
        add("changes", fields.changes?.map { "\($0)" }.joined(separator: " "), &text)
        add("as of", fields.asOf?.value, &text)
        return digest(text)
    }

    /// Values hold no control characters, so the separators are nobody's.
    private static func add(_ name: StaticString, _ value: Int64?, _ text: inout ByteText) {
        guard let value else { return }
        text.append("\n")
        text.append(name)
        text.append("\t")
        text.append(value)
    }

    private static func add(_ name: StaticString, _ value: String?, _ text: inout ByteText) {
        guard let value else { return }
        text.append("\n")
        text.append(name)
        text.append("\t")
        text.append(value)
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// 128 bits as 22 characters of base64url.
    private static func digest(_ text: ByteText) -> String {
        var hash = SHA256()
        text.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize().withUnsafeBytes { bytes in
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
