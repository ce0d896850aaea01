// The first word of a request → what it asks for. Made once from the two tables of commands: the
// service's, and the connection's own.

import BudgetService
import RESP

/// What a verb stands for.
enum Verb: Sendable {
    case budget(CommandForm)
    /// Commands of two words, by the second.
    case family([FoldedWord: CommandForm])
    case connection(ConnectionCommand)
}

/// All verbs.
struct VerbTable: Sendable {
    static let shared = VerbTable()

    private let verbs: [FoldedWord: Verb]
    /// In the order of the tables, the service's commands first; of a family, its first word.
    let names: [String]
    /// The same with a family's members in full.
    let fullNames: [String]

    init() {
        var verbs: [FoldedWord: Verb] = [:]
        for command in Command.allCases {
            let words = command.words.compactMap { FoldedWord(String($0)) }
            guard let word = words.first, words.count == command.words.count else {
                preconditionFailure("a word of \(command.rawValue) is too long")
            }
            guard words.count > 1 else {
                verbs[word] = .budget(CommandForm(command))
                continue
            }
            var members: [FoldedWord: CommandForm] = [:]
            if case .family(let known)? = verbs[word] { members = known }
            members[words[1]] = CommandForm(command)
            verbs[word] = .family(members)
        }
        for command in ConnectionCommand.allCases {
            guard let word = FoldedWord(command.rawValue) else {
                preconditionFailure("the verb \(command.rawValue) is too long")
            }
            verbs[word] = .connection(command)
        }
        self.verbs = verbs
        fullNames = Command.allCases.map(\.rawValue) + ConnectionCommand.allCases.map(\.rawValue)
        var heads: [String] = []
        for name in fullNames {
            let head = String(name.prefix { $0 != " " })
            if heads.last != head { heads.append(head) }
        }
        names = heads
    }

    /// What a request asks for: of a family, the member.
    func verb(of request: Request) -> Verb? {
        guard let verb = request.withBytes(at: 0, FoldedWord.init).flatMap({ verbs[$0] }) else {
            return nil
        }
        guard case .family(let members) = verb else { return verb }
        guard request.count > 1 else { return nil }
        return request.withBytes(at: 1, FoldedWord.init).flatMap { members[$0] }.map(Verb.budget)
    }

    /// The same of a name, whose words may be apart by a blank or, as in COMMAND DOCS, by a bar.
    func verb(named name: String) -> Verb? {
        let words = name.split { $0 == " " || $0 == "|" }.map { FoldedWord(String($0)) }
        guard let first = words.first, let word = first, let verb = verbs[word] else {
            return nil
        }
        guard words.count > 1 else { return verb }
        guard case .family(let members) = verb, words.count == 2 else { return nil }
        return words[1].flatMap { members[$0] }.map(Verb.budget)
    }
}
