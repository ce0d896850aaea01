// The first word of a request → what it asks for. Made once from the two tables of commands: the
// service's, and the connection's own.

import BudgetService
import RESP

/// What a verb stands for.
enum Verb: Sendable {
    case budget(CommandForm)
    case connection(ConnectionCommand)
}

/// All verbs.
struct VerbTable: Sendable {
    static let shared = VerbTable()

    private let verbs: [FoldedWord: Verb]
    /// In the order of the tables, the service's commands first.
    let names: [String]

    init() {
        var verbs: [FoldedWord: Verb] = [:]
        for command in Command.allCases {
            guard let word = FoldedWord(command.rawValue) else {
                preconditionFailure("the verb \(command.rawValue) is too long")
            }
            verbs[word] = .budget(CommandForm(command))
        }
        for command in ConnectionCommand.allCases {
            guard let word = FoldedWord(command.rawValue) else {
                preconditionFailure("the verb \(command.rawValue) is too long")
            }
            verbs[word] = .connection(command)
        }
        self.verbs = verbs
        names = Command.allCases.map(\.rawValue) + ConnectionCommand.allCases.map(\.rawValue)
    }

    func verb(of request: Request) -> Verb? {
        request.withBytes(at: 0) { FoldedWord($0) }.flatMap { verbs[$0] }
    }

    func verb(named name: String) -> Verb? {
        FoldedWord(name).flatMap { verbs[$0] }
    }
}
