// A body: one flat JSON object of fields.

import BudgetService
import NIOCore

enum JSONBody {
    /// The fields in their order, as the texts that the socket API would have.
    ///
    static func members(
        _ body: ByteBuffer, of spec: CommandSpec
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
            fields.append((name, try value(of: member, name, spec)))
        }
        return fields
    }

    private static func value(
        of member: JSONNode.Member, _ name: FieldName, _ spec: CommandSpec
    ) throws(Problem) -> String {
        let form = FieldForm(name)
        switch (member.node.value, form) {
        case (.text(let text), .text), (.text(let text), .decimal): return text
        case (.number(let text), .whole), (.number(let text), .decimal): return text
        default: break
        }
        // That a field doesn't belong is the service's to say, whatever it is.
        if case .known(let field) = name, !spec.takes(field) { return "" }
        let found = "is \(member.node.description)"
        switch name {
        case .known(let field):
            throw RequestFields.fault("\(field.rawValue) \(found); expected \(form.expectation)")
        case .other(let label) where label.hasPrefix("label.") && spec.takes(.label):
            throw RequestFields.fault(
                "\(FieldText.shown(label)) \(found); expected \(form.expectation)")
        case .other(let text):
            // Which names of its own the policy has is not known here.
            throw RequestFields.fault(
                spec.unknown(text).message
                    + " (it \(found); a name of the policy's own has a string)")
        }
    }
}
