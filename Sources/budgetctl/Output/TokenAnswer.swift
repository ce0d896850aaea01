// A token, as JSON has it.

import AccessTokens
import RESP

enum TokenAnswer {
    /// - Parameters:
    ///   - now: in seconds since 1970.
    ///   - secret: the token itself, right after it was made.
    static func answer(_ token: Token, now: Int64, secret: String?) -> RESPValue {
        map(
            [
                ("name", .bulk(token.name)), ("id", .bulk(token.id)),
                ("role", .bulk(token.role.name)),
                ("tenant", token.tenant.map { .bulk($0) } ?? .null),
                ("expires_at_ms", token.expiry.map { .integer($0 * 1000) } ?? .null),
                ("valid", .integer(token.isValid(at: now) ? 1 : 0)),
            ] + (secret.map { [("token", .bulk($0))] } ?? []))
    }

    static func map(_ pairs: [(String, RESPValue)]) -> RESPValue {
        .map(pairs.map { RESPValue.Entry(key: .bulk($0.0), value: $0.1) })
    }
}
