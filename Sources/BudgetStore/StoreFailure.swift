// The one place that turns a failure of Redis into an answer's code.

import BudgetModel
import RedisClient

/// What a failed call to Redis means to the one who asked: whether it can have had an effect.
enum StoreFailure {
    /// - Parameter canHaveEffect: false for questions, which are unavailable at worst.
    static func error(_ failure: RedisFailure, canHaveEffect: Bool) -> BudgetError {
        switch failure {
        case .unavailable(let reason):
            BudgetError(.unavailable, "nothing was done: " + text(reason))
        case .queueFull(let limit):
            BudgetError(.overloaded, "\(limit) requests wait for Redis already; try again")
        case .outcomeUnknown(let doubt) where canHaveEffect:
            BudgetError(
                .outcomeUnknown,
                text(doubt) + "; it may have been done: repeat the same request with the same key")
        case .outcomeUnknown(.failedInsideScript(let reply)):
            // A key is not what it has to be: asking again helps nobody.
            BudgetError(.internal, "what Redis holds can't be read (\(reply.code))")
        case .outcomeUnknown(let doubt):
            BudgetError(.unavailable, "nothing was done: " + text(doubt))
        }
    }

    private static func text(_ reason: RedisFailure.NoEffect) -> String {
        switch reason {
        case .deadlineBeforeSending: "no connection to Redis was ready in time"
        case .later(let reply): "Redis is not ready (\(reply.code))"
        case .readOnly: "Redis is a replica, and no master was found"
        case .refused(.outOfMemory, _): "Redis's memory is used up"
        case .refused(.persistenceFailed, _): "Redis can't write to its disk"
        case .refused(.tooFewReplicas, _): "Redis has too few replicas"
        case .misconfigured(let reply): "Redis refuses the daemon (\(reply.code))"
        case .closed: "the daemon is stopping"
        }
    }

    private static func text(_ doubt: RedisFailure.Doubt) -> String {
        switch doubt {
        case .timedOut: "Redis did not answer in time"
        case .discarded: "the connection to Redis was given up"
        case .connectionLost: "the connection to Redis was lost"
        case .protocolError: "Redis sent something unreadable"
        case .failedInsideScript(let reply): "the script failed (\(reply.code))"
        }
    }
}
