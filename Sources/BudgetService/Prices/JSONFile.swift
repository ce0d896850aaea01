// Reads JSON (RFC 8259) byte by byte. A fault of form ends the reading, since nobody knows what
// comes after it; it says where, what is there and what was expected.

import Foundation

/// Reads a JSON file, or a request's body, into nodes that know where they stand.
package struct JSONFile {
    /// Bytes of one file: five times LiteLLM's of today.
    static let maxBytes = 16 << 20
    /// Objects and lists inside each other: a price file has four.
    private static let maxDepth = 32

    private struct Fault: Error {
        let message: String
    }

    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var lineStart = 0
    private var depth = 0

    private init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The root, or nil with a fault added.
    package static func root(text: String, faults: FaultList) -> JSONNode? {
        guard text.utf8.count <= maxBytes else {
            faults.add(
                line: 1, column: 1,
                "the file has \(text.utf8.count) bytes; expected at most \(maxBytes)")
            return nil
        }
        var file = JSONFile(text)
        do throws(Fault) {
            let node = try file.readValue()
            file.skipSpace()
            guard file.current == nil else { throw file.unexpected("the end of the file") }
            return node
        } catch {
            let column = file.at - file.lineStart + 1
            faults.add(line: file.line, column: column, "not valid JSON: \(error.message)")
            return nil
        }
    }

    private var current: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func unexpected(_ expected: String) -> Fault {
        guard let current else { return Fault(message: "the file ends; expected \(expected)") }
        let character = Character(Unicode.Scalar(current < 0x80 ? current : UInt8(ascii: "?")))
        return Fault(message: "found \"\(character)\"; expected \(expected)")
    }

    private mutating func skipSpace() {
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\n"):
                line += 1
                lineStart = at + 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            default: return
            }
            at += 1
        }
    }

    private mutating func readValue() throws(Fault) -> JSONNode {
        skipSpace()
        let line = line
        let value: JSONNode.Value
        switch current {
        case UInt8(ascii: "{"): value = .object(try readMembers())
        case UInt8(ascii: "["): value = .list(try readElements())
        case UInt8(ascii: "\""): value = .text(try readText())
        case UInt8(ascii: "t"): value = try readWord("true", .flag(true))
        case UInt8(ascii: "f"): value = try readWord("false", .flag(false))
        case UInt8(ascii: "n"): value = try readWord("null", .null)
        case let byte? where "-0123456789".utf8.contains(byte): value = readNumber()
        default: throw unexpected("a value")
        }
        return JSONNode(value: value, line: line)
    }

    private mutating func readMembers() throws(Fault) -> [JSONNode.Member] {
        var members: [JSONNode.Member] = []
        try readList(end: UInt8(ascii: "}"), "}") { file throws(Fault) in
            let line = file.line
            guard file.current == UInt8(ascii: "\"") else { throw file.unexpected("a name") }
            let name = try file.readText()
            file.skipSpace()
            guard file.current == UInt8(ascii: ":") else { throw file.unexpected("\":\"") }
            file.at += 1
            members.append(
                JSONNode.Member(name: name, line: line, node: try file.readValue()))
        }
        return members
    }

    private mutating func readElements() throws(Fault) -> [JSONNode] {
        var nodes: [JSONNode] = []
        try readList(end: UInt8(ascii: "]"), "]") { file throws(Fault) in
            nodes.append(try file.readValue())
        }
        return nodes
    }

    /// Reads what stands between brackets, with commas in between.
    private mutating func readList(
        end: UInt8, _ name: String, _ readOne: (inout JSONFile) throws(Fault) -> Void
    ) throws(Fault) {
        depth += 1
        guard depth <= Self.maxDepth else {
            throw Fault(message: "the nesting is too deep; expected at most \(Self.maxDepth)")
        }
        at += 1
        skipSpace()
        if current == end {
            at += 1
            depth -= 1
            return
        }
        while true {
            skipSpace()
            try readOne(&self)
            skipSpace()
            guard let byte = current, byte == UInt8(ascii: ",") || byte == end else {
                throw unexpected("\",\" or \"\(name)\"")
            }
            at += 1
            if byte == end { break }
        }
        depth -= 1
    }

    private mutating func readWord(
        _ word: String, _ value: JSONNode.Value
    ) throws(Fault) -> JSONNode.Value {
        guard bytes[at...].starts(with: word.utf8) else { throw unexpected("a value") }
        at += word.utf8.count
        return value
    }

    /// Takes all that a number is made of; whoever wants a number of it sees what it is.
    private mutating func readNumber() -> JSONNode.Value {
        let start = at
        while let byte = current, "+-.eE0123456789".utf8.contains(byte) { at += 1 }
        return .number(String(decoding: bytes[start..<at], as: UTF8.self))
    }

    private mutating func readText() throws(Fault) -> String {
        let start = at
        at += 1
        var isPlain = true
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw unexpected("the end of a text") }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                at += 1
            }
            at += 1
        }
        guard current != nil else { throw unexpected("the end of a text") }
        at += 1
        if isPlain { return String(decoding: bytes[(start + 1)..<(at - 1)], as: UTF8.self) }
        // Escapes are rare in price files: Foundation knows their rules.
        let quoted = Data(bytes[start..<at])
        guard let text = try? JSONDecoder().decode(String.self, from: quoted) else {
            throw Fault(message: "a text has an unknown escape; expected one of JSON's")
        }
        return text
    }
}
