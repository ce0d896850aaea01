/// A request that makes no sense or can't be served. A denial is not an error.
public struct BudgetError: Error, Equatable, Sendable {
    /// The stable codes: the first word of a RESP error and the `code` of an HTTP problem.
    public enum Code: String, CaseIterable, Sendable {
        /// A field is missing, unknown, repeated or has no valid value.
        case badArgument = "BADARG"
        /// The connection has not said who it is.
        case noAuthentication = "NOAUTH"
        /// Wrong credentials.
        case wrongPassword = "WRONGPASS"
        /// The role may not do this.
        case noPermission = "NOPERM"
        /// HELLO asked for a protocol version other than 2 or 3.
        case noProtocol = "NOPROTO"
        /// The idempotency key was used for another body.
        case conflict = "CONFLICT"
        /// No such reservation, or one older than its retention.
        case unknownReservation = "UNKNOWN_RESERVATION"
        /// The reservation has already ended in another way.
        case finalized = "FINALIZED"
        /// Certainly had no effect; try again.
        case unavailable = "UNAVAILABLE"
        /// May have had an effect: repeat the same request with the same key.
        case outcomeUnknown = "OUTCOME_UNKNOWN"
        /// A bound of the daemon is reached; had no effect.
        case overloaded = "OVERLOADED"
        /// A request larger than the bounds.
        case tooLarge = "TOOLARGE"
        /// A queued command was wrong; nothing of the transaction was done.
        case transactionAborted = "EXECABORT"
        /// An unknown command, or one used out of place.
        case error = "ERR"
        /// A fault of budgetd or its data, logged where it happened.
        case `internal` = "INTERNAL"
    }

    public let code: Code
    /// One sentence: the field, the value, what was expected. No line breaks.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension BudgetError: CustomStringConvertible {
    /// As a client is told it.
    public var description: String { code.rawValue + " " + message }
}
