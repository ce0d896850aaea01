// Where functions, initialisers and subscripts begin and end, measured by parentheses and braces.

struct FunctionSpan: Equatable {
    /// Line indices, from 0.
    let first: Int
    let last: Int

    var length: Int { last - first + 1 }

    /// - Parameter code: masked lines (`SourceFile.code`).
    static func all(in code: [String]) -> [FunctionSpan] {
        code.indices.filter { code[$0].contains(declaration) }.compactMap { first in
            end(of: first, in: code).map { FunctionSpan(first: first, last: $0) }
        }
    }

    // A regex is immutable, but not marked Sendable: hence a computed property.
    private static var declaration: Regex<Substring> {
        /^\s*(?:[a-z@][\w@().]*\s+)*(?:func\s\S+|init[?!]?\s*[(<]|subscript\s*[(<]|deinit\b)/
            .matchingSemantics(.unicodeScalar)
    }

    /// nil for a declaration without a body, as in a protocol.
    private static func end(of first: Int, in code: [String]) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in code.indices[first...] {
            let line = code[index]
            if index > first, braces == 0, parentheses == 0, !continues(line) { return nil }
            for character in line {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                // A brace inside parentheses belongs to a default argument.
                case "{" where braces > 0 || parentheses == 0: braces += 1
                case "}" where braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                default: break
                }
            }
        }
        return nil
    }

    /// Whether this line can belong to the head of a function.
    private static func continues(_ line: String) -> Bool {
        let text = line.drop { $0.isWhitespace }
        let heads = ["{", "->", "where", "async", "throws", "rethrows", ")"]
        return heads.contains { text.hasPrefix($0) }
    }
}
