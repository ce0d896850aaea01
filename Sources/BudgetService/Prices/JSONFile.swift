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
            guard file.current == nil else { throw file.unexpected("the end") }
            return node
        } catch {
            let column = file.at - file.lineStart + 1
            faults.add(line: file.line, column: column, "not valid JSON: \(error.message)")
            return nil
        }
    }

    private var current: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func unexpected(_ expected: String) -> Fault {
        guard
            let scalar = String(decoding: bytes.dropFirst(at).prefix(4), as: UTF8.self)
                .unicodeScalars.first
        else { return Fault(message: "found the end; expected \(expected)") }
        let found = scalar == "\u{feff}" ? "a byte order mark" : "\"\(Character(scalar))\""
        return Fault(message: "found \(found); expected \(expected)")
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
        case let byte? where "-0123456789".utf8.contains(byte): value = try readNumber()
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

    private mutating func readNumber() throws(Fault) -> JSONNode.Value {
        let start = at
        while let byte = current, "+-.eE0123456789".utf8.contains(byte) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        guard Self.isNumber(bytes[start..<at]) else {
            throw Fault(message: "found \(text.prefix(64)); expected a number as JSON spells it")
        }
        return .number(text)
    }

    /// `01`, `1.` and `--1` are none, whatever other languages make of them.
    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        func takeDigits() -> Int {
            let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
            rest = rest.dropFirst(count)
            return count
        }
        if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        let isZero = rest.first == UInt8(ascii: "0")
        let digits = takeDigits()
        guard digits == 1 || digits > 1 && !isZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard takeDigits() > 0 else { return false }
        }
        if let letter = rest.first, "eE".utf8.contains(letter) {
            rest.removeFirst()
            if let sign = rest.first, "+-".utf8.contains(sign) { rest.removeFirst() }
            guard takeDigits() > 0 else { return false }
        }
        return rest.isEmpty
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
