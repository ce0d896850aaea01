// A budget command's arguments: from their places on the wire to positions and pairs. What the
// values mean is the service's to judge; here is only whether they can be told apart.

import BudgetModel
import BudgetService
import RESP

/// The form of one command's arguments, ready for reading many requests.
final class CommandForm: Sendable {
    let command: Command
    let spec: CommandSpec
    private let fieldNames: Set<String>
    private let takesLabels: Bool

    init(_ command: Command) {
        self.command = command
        spec = command.spec
        fieldNames = Set(spec.fields.map(\.rawValue)).subtracting([Field.label.rawValue])
        takesLabels = spec.fields.contains(.label)
    }

    /// Reads positions and pairs.
    func read(_ request: Request, caller: Caller) throws(BudgetError) -> CommandRequest {
        let words = command.words.count
        let arguments = request.count - words
        var positionCount = spec.positions.count
        // `STATUS <id>` or `STATUS field value`: with an even number of arguments all are pairs.
        if spec.isPositionOptional, arguments.isMultiple(of: 2) { positionCount = 0 }
        guard arguments >= positionCount else {
            throw BudgetError(
                .badArgument,
                "\(command.rawValue) needs \(spec.positions[arguments]) behind the verb")
        }
        var positions: [String] = []
        for index in 0..<positionCount {
            let text = try text(request, words + index, of: spec.positions[index])
            positions.append(text)
        }
        if spec.isPositionOptional, arguments == 1, isField(positions[0]) {
            throw dangling(positions[0])
        }
        let fields = try fields(request, from: words + positionCount)
        return CommandRequest(
            command: command, positions: positions, fields: fields, caller: caller)
    }

    private func fields(
        _ request: Request, from start: Int
    ) throws(BudgetError) -> [(name: FieldName, value: String)] {
        var fields: [(name: FieldName, value: String)] = []
        fields.reserveCapacity((request.count - start) / 2)
        var index = start
        while index < request.count {
            let name = try name(request, index)
            guard index + 1 < request.count else { throw dangling(name.text) }
            guard let value = request.string(at: index + 1) else { throw notUTF8(name.text) }
            fields.append((name, value))
            index += 2
        }
        return fields
    }

    private func isField(_ name: String) -> Bool {
        fieldNames.contains(name)
            || takesLabels && name.hasPrefix("label.") && name.utf8.count > "label.".utf8.count
    }

    private func name(_ request: Request, _ index: Int) throws(BudgetError) -> FieldName {
        if let field = request.withBytes(at: index, FieldName.field) { return .known(field) }
        return .other(try text(request, index, of: "a field's name"))
    }

    private func text(
        _ request: Request, _ index: Int, of name: String
    ) throws(BudgetError) -> String {
        if let text = request.string(at: index) { return text }
        throw notUTF8(name)
    }

    private func notUTF8(_ name: String) -> BudgetError {
        BudgetError(.badArgument, "\(excerpt(name)) is not UTF-8, which every argument has to be")
    }

    private func dangling(_ name: String) -> BudgetError {
        BudgetError(
            .badArgument,
            "field '\(excerpt(name))' has no value: fields and values come in pairs")
    }
}
