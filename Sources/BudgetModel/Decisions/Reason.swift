/// Why a call was denied, in the order in which they are looked at.
public enum Reason: String, Sendable {
    /// The policy requires a subject field that the request does not have.
    case missingSubject = "missing_subject"
    /// The policy denies models that have no price.
    case unknownModel = "unknown_model"
    /// An administrator stopped the tenant, user, session, run or agent.
    case suspended
    /// A bucket has no room now.
    case rateLimited = "rate_limited"
    /// A limit's cap would be passed.
    case limitExceeded = "limit_exceeded"
}
