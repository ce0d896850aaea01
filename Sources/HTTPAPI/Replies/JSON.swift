// JSON as the API writes it: values with their members in order. Foundation's encoders were
// rejected: they sort or shuffle members and want a type for each shape, and answers are maps.

import BudgetModel
import BudgetService
import NIOCore

/// A JSON value.
enum JSON: Equatable, Sendable {
    case null
    case flag(Bool)
    case number(Int64)
    case text(String)
    case list([JSON])
    case object([Member])

    /// One member of an object.
    struct Member: Equatable, Sendable {
        let name: String
        let value: JSON

        init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// An answer under the names that it has on the socket.
    init(_ answer: Answer) {
        switch answer {
        case .null: self = .null
        case .integer(let value): self = .number(value)
        case .text(let text): self = .text(text)
        case .list(let elements): self = .list(elements.map { JSON($0) })
        case .map(let pairs):
            self = .object(pairs.map { Member($0.name.text.description, JSON($0.value)) })
        }
    }

    /// Who asks, and what they may see.
    init(_ caller: Caller) {
        self = [
            "name": .text(caller.name), "role": .text(caller.role.name),
            "tenant": caller.tenant.map(JSON.text) ?? .null,
        ]
    }

    /// The members of an object; none of anything else.
    var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral text: String) { self = .text(text) }
    init(integerLiteral value: Int64) { self = .number(value) }
    init(booleanLiteral flag: Bool) { self = .flag(flag) }
    init(arrayLiteral elements: JSON...) { self = .list(elements) }
    init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(members.map { Member($0.0, $0.1) })
    }
}

extension JSON {
    /// The text of the value.
    func write(into buffer: inout ByteBuffer) {
        switch self {
        case .null: buffer.writeStaticString("null")
        case .flag(let flag): buffer.writeString(flag ? "true" : "false")
        case .number(let value): buffer.writeString(String(value))
        case .text(let text): Self.write(text, into: &buffer)
        case .list(let elements):
            buffer.writeInteger(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
                element.write(into: &buffer)
            }
            buffer.writeInteger(UInt8(ascii: "]"))
        case .object(let members):
            buffer.writeInteger(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { buffer.writeInteger(UInt8(ascii: ",")) }
                Self.write(member.name, into: &buffer)
                buffer.writeInteger(UInt8(ascii: ":"))
                member.value.write(into: &buffer)
            }
            buffer.writeInteger(UInt8(ascii: "}"))
        }
    }

    /// Nearly all of it is plain, and need not be gone through byte by byte.
    private static func write(_ text: String, into buffer: inout ByteBuffer) {
        guard JSONString.isPlain(text) else {
            buffer.writeString(JSONString.quoted(text))
            return
        }
        buffer.writeInteger(UInt8(ascii: "\""))
        buffer.writeString(text)
        buffer.writeInteger(UInt8(ascii: "\""))
    }
}
