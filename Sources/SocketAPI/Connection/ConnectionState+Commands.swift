// What each of the connection's own commands does, beside HELLO, AUTH and CLIENT, which have files
// of their own. Texts are Redis's where clients may look at them.

import BudgetModel
import BudgetService

extension ConnectionState {
    mutating func carryOut(_ command: ConnectionCommand, _ arguments: Arguments) -> ConnectionAction
    {
        switch command {
        case .hello: return .reply(hello(arguments))
        case .auth: return .reply(authenticate(arguments))
        case .ping:
            guard let message = arguments.values.first else { return .reply(.word(.pong)) }
            return .reply(.value(.bytes(message)))
        case .echo: return .reply(.value(.bytes(arguments.values[0])))
        case .client: return client(arguments)
        case .select: return .reply(select(arguments))
        case .info:
            let sections = arguments.values.indices.map { arguments.word($0).lowercased() }
            return .report(.information(sections: sections))
        case .command: return .reply(CommandDocumentation.reply(to: arguments))
        case .config: return .reply(config(arguments))
        case .multi: return .reply(multi())
        case .exec: return exec()
        case .discard: return .reply(discard())
        case .watch:
            return .reply(
                .error(.error, "WATCH is not supported: each command is decided by itself"))
        case .unwatch: return .reply(.ok)
        case .reset: return .reply(reset())
        case .quit:
            close()
            return .reply(.ok)
        }
    }

    private func select(_ arguments: Arguments) -> Reply {
        guard let text = arguments.text(0), let index = Int64(text) else {
            return .error(.error, "value is not an integer or out of range")
        }
        return index == 0 ? .ok : .error(.error, "DB index is out of range")
    }

    /// redis-benchmark asks for `save` and `appendonly` and takes two elements for granted.
    private func config(_ arguments: Arguments) -> Reply {
        guard arguments.word(0) == "GET", arguments.count > 1 else {
            return .error(
                .error, "CONFIG knows GET only: what can be configured is in the policy's file")
        }
        let asked = (1..<arguments.count).compactMap { arguments.text($0)?.lowercased() }
        let known = ["appendonly": "", "save": ""]
        return .value(
            .map(
                known.sorted { $0.key < $1.key }.filter { asked.contains($0.key) }
                    .map { ReplyValue.Pair($0.key, .text($0.value)) }))
    }

    private mutating func multi() -> Reply {
        guard transaction == nil else { return .error(.error, "MULTI calls can not be nested") }
        transaction = Transaction()
        return .ok
    }

    private mutating func discard() -> Reply {
        guard transaction != nil else { return .error(.error, "DISCARD without MULTI") }
        transaction = nil
        return .ok
    }

    private mutating func exec() -> ConnectionAction {
        guard let transaction else { return .reply(.error(.error, "EXEC without MULTI")) }
        self.transaction = nil
        guard !transaction.isAborted else {
            return .reply(
                .error(
                    .transactionAborted, "Transaction discarded because of previous errors."))
        }
        var actions: [ConnectionAction] = []
        for queued in transaction.queued {
            switch queued {
            case .budget(let request): actions.append(.execute(request))
            case .connection(let command, let arguments):
                actions.append(carryOut(command, arguments))
            }
        }
        return .transaction(actions)
    }

    private mutating func reset() -> Reply {
        transaction = nil
        version = .resp2
        identity.name = ""
        grant = nil
        caller = peer
        return .word(.reset)
    }
}
