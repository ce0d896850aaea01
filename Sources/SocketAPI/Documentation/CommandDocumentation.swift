// COMMAND and its subcommands, made from the tables of commands: redis-cli takes its hints from
// COMMAND DOCS, cluster clients look for keys in COMMAND INFO (there are none).

import BudgetService

/// What COMMAND answers.
enum CommandDocumentation {
    static func reply(to arguments: Arguments) -> Reply {
        let table = VerbTable.shared
        let asked = (1..<max(1, arguments.count)).map { arguments.word($0) }
        switch (arguments.word(0), arguments.count) {
        case (_, 0):
            return .value(.list(table.names.map(information)))
        case ("COUNT", 1):
            return .value(.integer(table.names.count))
        case ("LIST", 1):
            return .value(.list(table.names.map { .text($0.lowercased()) }))
        case ("INFO", _):
            return .value(.list((asked.isEmpty ? table.names : asked).map(information)))
        case ("DOCS", _):
            let names = asked.isEmpty ? table.names : asked
            return .value(.map(names.compactMap(documentation)))
        case ("GETKEYS", 2...):
            return .error(.error, "The command has no key arguments")
        default:
            return .error(
                .error,
                "unknown subcommand or wrong number of arguments for 'command "
                    + "\(excerpt(arguments.word(0).lowercased()))'")
        }
    }

    /// An entry of COMMAND INFO as Redis 7 has it: name, arity, flags, keys, categories, tips, key
    /// specifications, subcommands; null for an unknown command.
    private static func information(_ name: String) -> ReplyValue {
        guard let verb = VerbTable.shared.verb(named: name) else { return .null }
        return .list([
            .text(name.lowercased()), .integer(arity(verb)), .list(flags(verb)),
            .integer(0), .integer(0), .integer(0), .list([]), .list([]), .list([]), .list([]),
        ])
    }

    /// How many arguments, the verb included; negative where it is at least so many.
    private static func arity(_ verb: Verb) -> Int {
        switch verb {
        case .budget(let form):
            let spec = form.spec
            let positions = spec.isPositionOptional ? 0 : spec.positions.count
            let least = form.command.words.count + positions + 2 * spec.required.count
            return spec.fields.isEmpty ? least : -least
        case .family: return -2
        case .connection(let command):
            let counts = command.spec.argumentCounts
            let least = 1 + counts.lowerBound
            return counts.count == 1 ? least : -least
        }
    }

    private static func flags(_ verb: Verb) -> [ReplyValue] {
        switch verb {
        case .budget(let form):
            switch form.command {
            case .reserve, .commit, .release, .extend, .charge, .record, .limitSet, .limitUnset,
                .limitGrant, .limitReset, .subjectSuspend, .subjectResume, .policyReload, .correct:
                [.flag(.write)]
            case .check, .usage, .status, .run, .top, .history, .near, .entries, .limitList,
                .subjectShow, .audit, .policyShow, .policyCheck, .journal, .counters:
                [.flag(.readonly)]
            }
        case .family: []
        case .connection(let command):
            command.spec.place == .stranger
                ? [.flag(.fast), .flag(.noAuthentication)] : [.flag(.fast)]
        }
    }

    private static func documentation(_ name: String) -> ReplyValue.Pair? {
        guard let verb = VerbTable.shared.verb(named: name) else { return nil }
        let summary: String
        let group: String
        let arguments: [ReplyValue]
        switch verb {
        case .budget(let form):
            summary = "\(form.spec.summary) (\(form.spec.role.name))"
            group = "budget"
            arguments = argumentDocumentation(form.spec)
        case .family(let members):
            return family(name, members.values.map(\.command.rawValue).sorted())
        case .connection(let command):
            summary = command.spec.summary
            group = "connection"
            arguments = argumentDocumentation(command.spec)
        }
        let pairs = [
            ReplyValue.Pair("summary", .text(summary)), .init("since", .text("1.0.0")),
            .init("group", .text(group)), .init("arguments", .list(arguments)),
        ]
        let plainName = name.lowercased().replacing(" ", with: "|")
        return .init(plainName, .map(arguments.isEmpty ? Array(pairs.dropLast()) : pairs))
    }

    /// A command of two words, as Redis's own containers are told.
    private static func family(_ name: String, _ members: [String]) -> ReplyValue.Pair {
        let summary = members.map { String($0.dropFirst(name.count + 1)).lowercased() }
        return .init(
            name.lowercased(),
            .map([
                .init("summary", .text(summary.joined(separator: ", "))),
                .init("since", .text("1.0.0")), .init("group", .text("budget")),
                .init("subcommands", .map(members.compactMap(documentation))),
            ]))
    }
}
