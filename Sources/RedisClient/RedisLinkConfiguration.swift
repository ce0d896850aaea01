// What a link is told beforehand.

public import Logging
public import NIOCore

/// The configuration of a link.
public struct RedisLinkConfiguration: Sendable {
    /// The Redis to talk to.
    public var endpoint: RedisEndpoint
    /// What encrypts a TCP connection; nil for plain text.
    public var tls: RedisTLS?
    /// What each connection begins with; nil where Redis asks for nothing.
    public var credentials: RedisCredentials?
    /// How many requests may wait or be in flight: what one loop can owe its clients. At 50,000 a
    /// second, 10,000 are 200 ms of work; more would miss their deadlines anyway.
    public var queueLimit = 10_000
    /// How long a connection may take from its first byte until it is ready.
    public var connectTimeout = TimeAmount.seconds(2)
    /// The delays between connections.
    public var reconnect = Backoff(first: .milliseconds(10), cap: .seconds(1))
    /// The delays before asking again what Redis couldn't do right then.
    public var retry = Backoff(first: .milliseconds(10), cap: .milliseconds(100))
    /// Where jitter comes from; a seeded one makes delays repeatable.
    public var randomness: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    /// Where changes of the connection are logged.
    public var logger = Logger(label: "redis", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Makes the configuration for an endpoint; the rest is set where it differs.
    public init(endpoint: RedisEndpoint) {
        self.endpoint = endpoint
    }
}
