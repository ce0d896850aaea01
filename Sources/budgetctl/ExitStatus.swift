// What budgetctl exits with: scripts tell by it what to do next.

/// An exit status.
enum ExitStatus: Int32, CaseIterable {
    /// Done, and nothing was found.
    case ok = 0
    /// Denied, refused, or something was found that is not as it should be.
    case refused = 1
    /// The arguments make no sense.
    case usage = 2
    /// The daemon, or its Redis, can't be reached; nothing was changed.
    case unreachable = 3
    /// It may have been done: repeat it with the same idempotency key.
    case outcomeUnknown = 4
    /// A fault of the daemon, or an answer that isn't understood.
    case fault = 5

    private var meaning: String {
        switch self {
        case .ok: "done; nothing was found"
        case .refused: "denied, refused, or something was found"
        case .usage: "the arguments make no sense"
        case .unreachable: "the daemon or its Redis can't be reached; nothing was changed"
        case .outcomeUnknown: "it may have been done; repeat it with its --idempotency-key"
        case .fault: "a fault of the daemon; see its log"
        }
    }

    /// All of them, for the help.
    static var table: String {
        allCases.map { "  \($0.rawValue)  \($0.meaning)" }.joined(separator: "\n")
    }

    /// The status for an error that the daemon answered.
    init(code: String) {
        switch code {
        case "BADARG", "TOOLARGE": self = .usage
        case "NOAUTH", "WRONGPASS", "NOPERM", "CONFLICT", "UNKNOWN_RESERVATION", "FINALIZED":
            self = .refused
        case "UNAVAILABLE", "OVERLOADED": self = .unreachable
        case "OUTCOME_UNKNOWN": self = .outcomeUnknown
        default: self = .fault
        }
    }
}
