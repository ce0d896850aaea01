// What a Redis wants to hear before anything else.

/// A user and a password. No text of it shows the password.
public struct RedisCredentials: Sendable, Equatable, CustomStringConvertible {
    /// The user; nil for the one that Redis calls `default`.
    public var user: String?
    let password: String

    /// Makes credentials.
    public init(user: String? = nil, password: String) {
        self.user = user
        self.password = password
    }

    /// The user alone.
    public var description: String { "\(user ?? "default") with a password" }

    var command: RedisCommand {
        RedisCommand(arguments: ["AUTH"] + (user.map { [$0] } ?? []) + [password])
    }
}
