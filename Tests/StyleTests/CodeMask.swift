// Blanks out comments and the insides of string literals, so that a rule about code isn't misled by
// a brace in a text. It knows line and nested block comments, strings of one and of several lines,
// raw strings and interpolation (whose inside is code again). Regex literals it does not know.

struct CodeMask {
    private enum Mode: Equatable {
        case code(parentheses: Int)
        case string(hashes: Int, quotes: Int)
    }

    private let text: [Character]
    private var position = 0
    private var masked = ""
    private var modes: [Mode] = [.code(parentheses: 0)]

    private init(_ text: String) { self.text = Array(text) }

    static func masked(_ text: String) -> String {
        var mask = CodeMask(text)
        while mask.position < mask.text.count {
            switch mask.modes[mask.modes.count - 1] {
            case .code(let depth): mask.code(depth)
            case .string(let hashes, let quotes): mask.string(hashes, quotes)
            }
        }
        return mask.masked
    }

    private func sees(_ word: String) -> Bool {
        text[position...].starts(with: word)
    }

    private mutating func keep(_ count: Int = 1) {
        masked += String(text[position..<position + count])
        position += count
    }

    private mutating func blank(_ count: Int = 1) {
        for character in text[position..<min(position + count, text.count)] {
            masked.append(character.isNewline ? character : " ")
        }
        position += count
    }

    private mutating func code(_ depth: Int) {
        if sees("//") {
            while position < text.count, !text[position].isNewline { blank() }
        } else if sees("/*") {
            blockComment()
        } else if let (hashes, quotes) = literalStart() {
            modes.append(.string(hashes: hashes, quotes: quotes))
            keep(hashes + quotes)
        } else {
            let character = text[position]
            keep()
            if character == "(" { modes[modes.count - 1] = .code(parentheses: depth + 1) }
            guard character == ")" else { return }
            // The parenthesis that an interpolation began with closes it.
            if depth == 1, modes.count > 1 {
                modes.removeLast()
            } else {
                modes[modes.count - 1] = .code(parentheses: depth - 1)
            }
        }
    }

    private mutating func blockComment() {
        var depth = 0
        repeat {
            if sees("/*") {
                depth += 1
                blank(2)
            } else if sees("*/") {
                depth -= 1
                blank(2)
            } else {
                blank()
            }
        } while depth > 0 && position < text.count
    }

    /// The hashes and quotes of a literal that starts here.
    private func literalStart() -> (Int, Int)? {
        let hashes = text[position...].prefix { $0 == "#" }.count
        let rest = text[(position + hashes)...]
        guard rest.first == "\"" else { return nil }
        return (hashes, rest.starts(with: "\"\"\"") ? 3 : 1)
    }

    private mutating func string(_ hashes: Int, _ quotes: Int) {
        let fence = String(repeating: "#", count: hashes)
        let end = String(repeating: "\"", count: quotes) + fence
        if sees(end) {
            keep(end.count)
            modes.removeLast()
        } else if sees("\\\(fence)(") {
            blank(1 + hashes)
            keep()
            modes.append(.code(parentheses: 1))
        } else if sees("\\\(fence)") {
            blank(2 + hashes)
        } else {
            blank()
        }
    }
}
