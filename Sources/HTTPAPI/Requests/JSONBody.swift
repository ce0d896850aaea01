// A body: one flat JSON object of fields.

import BudgetService
import NIOCore

enum JSONBody {
    /// The fields in their order, as the texts that the socket API would have.
    ///
    /// - Parameter takes: the fields that belong to the request.
    static func members(
        _ body: ByteBuffer, _ takes: [Field]
    ) throws(Problem) -> [(name: FieldName, value: String)] {
        // Bytes that are no UTF-8 would become other characters, and so another user.
        guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
            throw RequestFields.fault("the body is no UTF-8; expected a JSON object")
        }
        let faults = FaultList(file: "body")
        guard let root = JSONFile.root(text: text, faults: faults) else {
            throw RequestFields.fault(faults.faults.first?.text ?? "the body is no JSON")
        }
        guard case .object(let members) = root.value else {
            throw RequestFields.fault(
                "the body is \(root.description); expected an object of fields")
        }
        var fields: [(name: FieldName, value: String)] = []
        fields.reserveCapacity(members.count)
        for member in members {
            let name = FieldName(member.name)
            fields.append((name, try value(of: member, name, takes)))
        }
        return fields
    }

    /// - Parameter takes: the fields that belong to the request.
    private static func value(
        of member: JSONNode.Member, _ name: FieldName, _ takes: [Field]
    ) throws(Problem) -> String {
        let form = FieldForm(name)
        switch (member.node.value, form) {
        case (.text(let text), .text), (.text(let text), .decimal): return text
        case (.number(let text), .whole), (.number(let text), .decimal): return text
        default: break
        }
        // That a field doesn't belong is the service's to say, whatever it is.
        if case .known(let field) = name, !takes.contains(field) { return "" }
        // One line, however the name is spelt.
        let shown = member.name.prefix(64).filter { !$0.isNewline }
        guard case .known = name else {
            throw RequestFields.fault(
                "unknown field \(shown); names of the policy's own (fields) are of strings, and "
                    + "it is " + member.node.description)
        }
        throw RequestFields.fault(
            "\(shown) is \(member.node.description); expected \(form.expectation)")
    }
}
