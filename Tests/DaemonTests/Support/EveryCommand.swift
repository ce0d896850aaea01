// One request that makes sense for each command of the table, so that a walk over all of them finds
// what one of them forgot. A command that is new is walked as soon as it is in the table.

import BudgetService

/// A request of each command.
struct EveryCommand {
    /// An open reservation, for commands that take an id.
    var id: String
    /// The run that ledgers are asked for.
    var run = "r"
    /// Tells the keys of one walk from those of another.
    var name: String

    /// The words of a request; `more` are further fields.
    func words(_ command: Command, _ more: [String] = []) -> [String] {
        command.words.map(String.init) + command.spec.positions.map(position)
            + subject(command) + command.spec.required.flatMap { field($0, command) } + more
    }

    private func position(_ name: String) -> String {
        switch name {
        case "id": id
        case "run": run
        case "field": "user"
        case "measure": "cost"
        case "window": "day"
        default: "1"
        }
    }

    private func subject(_ command: Command) -> [String] {
        guard command.spec.takes(.user) else { return [] }
        if command.spec.takes(.model) { return ["user", "u", "model", "gpt-4o"] }
        return command.spec.takes(.limit) ? ["user", "u"] : ["agent", "a"]
    }

    private func field(_ field: Field, _ command: Command) -> [String] {
        let value =
            switch field {
            case .idempotencyKey: "\(name) \(command.rawValue)"
            case .limit: "calls"
            case .ttl: "60000"
            case .until: "4000000000000"
            case .key: "b:{default}:run:\(name)"
            case .changes: "s:calls - 0 0"
            default: "1"
            }
        return [field.rawValue, value]
    }
}
