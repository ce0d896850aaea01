// Why the witness can't be believed or kept. Each text names the file and says what to do.

/// A fault of the witness file. The daemon must not serve after `unreadable` or `damaged`.
public enum WitnessError: Error, Equatable, Sendable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case damaged(path: String, reason: String)
    case unwritable(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "the witness file \(path) can't be read (\(reason)); give budgetd the right to read it"
        case .damaged(let path, let reason):
            "the witness file \(path) is damaged (\(reason)), so it can't be told whether Redis "
                + "lost anything; put back a copy of it, or, if you know that Redis's data are "
                + "complete, move it away: budgetd then starts as on the first day"
        case .unwritable(let path, let reason):
            "the witness file \(path) can't be written (\(reason)); until it can, a loss of "
                + "Redis's newest data after a restart of budgetd would go unnoticed"
        }
    }
}
