// Why a request has no answer, parted by the one question that matters for money: can it have had
// an effect?

/// Why a request to Redis was not answered.
public enum RedisFailure: Error, Sendable, Equatable {
    /// It certainly had no effect.
    case unavailable(NoEffect)
    /// It may have had one: repeat it under the same operation key only.
    case outcomeUnknown(Doubt)
    /// It certainly had no effect: so many requests were waiting already.
    case queueFull(limit: Int)

    /// Why it is certain that nothing happened.
    public enum NoEffect: Sendable, Equatable {
        /// The deadline passed before it was written to a socket.
        case deadlineBeforeSending
        /// Redis answered LOADING, BUSY or the like until the deadline.
        case later(RedisErrorReply)
        /// Redis is a replica, and no master was found before the deadline.
        case readOnly(RedisErrorReply)
        /// Redis takes no writes now.
        case refused(Refusal, RedisErrorReply)
        /// Redis and the configuration don't fit: credentials, permissions, a cluster.
        case misconfigured(RedisErrorReply)
        /// The link is closing or closed.
        case closed
    }

    /// Why Redis takes no writes.
    public enum Refusal: Sendable, Equatable {
        /// OOM: its memory is used up.
        case outOfMemory
        /// MISCONF: it can't write to its disk.
        case persistenceFailed
        /// NOREPLICAS: too few replicas follow it.
        case tooFewReplicas
    }

    /// Why it is not certain what happened.
    public enum Doubt: Sendable, Equatable {
        /// The deadline passed after it was sent.
        case timedOut
        /// The connection was given up because of another request's deadline.
        case discarded
        /// The connection ended after it was sent, for this reason.
        case connectionLost(String)
        /// Redis sent something that is no protocol.
        case protocolError(String)
        /// The script ended with an uncaught error; what it wrote before stays.
        case failedInsideScript(RedisErrorReply)

        /// Why the connection is no more, for people.
        var text: String {
            switch self {
            case .timedOut, .discarded: "Redis did not answer in time"
            case .connectionLost(let why): why
            case .protocolError(let why): "Redis sent something unreadable: \(why)"
            case .failedInsideScript(let reply): reply.line
            }
        }
    }

    /// Whether it is certain that nothing happened.
    public var hadNoEffect: Bool {
        switch self {
        case .unavailable, .queueFull: true
        case .outcomeUnknown: false
        }
    }
}
