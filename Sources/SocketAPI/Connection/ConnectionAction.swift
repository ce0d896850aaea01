// What a connection's state decides, for the handler to carry out.

import BudgetService

/// What to do about a request.
enum ConnectionAction: Sendable {
    /// Answer it so.
    case reply(Reply)
    /// Give it to the executor, and answer with what that answers.
    case execute(CommandRequest)
    /// Answer with a report that only the server can make.
    case report(Report)
    /// Begin to tell what these channels are for, and answer once for each.
    case subscribe([[UInt8]])
    /// Tell no more of these, or of any where none is named, and answer once for each.
    case unsubscribe([[UInt8]])
    /// Tell no more of anything, and answer.
    case reset
    /// Answer with an array of what these are answered with, each carried out in order.
    case transaction([ConnectionAction])

    /// What the state doesn't know.
    enum Report: Equatable, Sendable {
        /// INFO: the sections asked for, in lower case; none means all.
        case information(sections: [String])
        /// CLIENT INFO and CLIENT LIST: this connection's line.
        case client
    }
}
