// Answers as JSON: the names and values of the protocol, in the order in which they came. Money
// stays a decimal string, since a double would not keep it.

import BudgetModel
import RESP

enum JSONText {
    /// A value, indented by two blanks a level.
    static func text(_ value: RESPValue, indent: String = "") -> String {
        let inner = indent + "  "
        switch value {
        case .null: return "null"
        case .integer(let number): return "\(number)"
        case .boolean(let flag): return flag ? "true" : "false"
        case .double(let number): return "\(number)"
        case .array(let values):
            guard !values.isEmpty else { return "[]" }
            let parts = values.map { inner + text($0, indent: inner) }
            return "[\n" + parts.joined(separator: ",\n") + "\n\(indent)]"
        case .map(let entries):
            guard !entries.isEmpty else { return "{}" }
            let parts = entries.map { entry in
                inner + JSONString.quoted(entry.key.string ?? "?") + ": "
                    + text(entry.value, indent: inner)
            }
            return "{\n" + parts.joined(separator: ",\n") + "\n\(indent)}"
        case .bulk(let bytes): return JSONString.quoted(String(decoding: bytes, as: UTF8.self))
        case .simple(let text), .error(let text), .bigNumber(let text), .verbatim(_, let text):
            return JSONString.quoted(text)
        }
    }
}
