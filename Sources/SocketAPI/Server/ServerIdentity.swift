// What the daemon says it is. Clients read `redis_version` to know what they may send, so that one
// names the Redis whose protocol is spoken.

public import BudgetModel

/// Name and versions for HELLO and INFO.
public struct ServerIdentity: Sendable {
    /// The daemon's own version.
    public var version: String
    /// The Redis that clients may take this for: RESP3, HELLO, COMMAND DOCS.
    public static let redisVersion = "7.0.15"

    /// Makes an identity.
    public init(version: String = Version.text) {
        self.version = version
    }
}
