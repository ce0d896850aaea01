// A connection that isn't ready yet, lent to whoever checks whether it shall be: it may ask Redis
// for its version, role and settings, and then says yes or no.

/// The check of a fresh connection. Confined to the link's event loop.
public struct RedisHandshake {
    /// What the check came to.
    public enum Verdict: Sendable, Equatable {
        /// The connection will be used.
        case accept
        /// The connection is left, for this reason; another one is made later.
        case refuse(String)
    }

    let link: RedisLink
    let handler: LinkChannelHandler

    /// Sends a command before all requests. Its reply comes as it is, errors too; it fails if the
    /// connection ends meanwhile or its time to become ready is over.
    public func send(
        _ command: RedisCommand,
        completion: @escaping (Result<RedisReply, RedisFailure>) -> Void
    ) {
        link.sendHandshake(command, on: handler, completion: completion)
    }
}
