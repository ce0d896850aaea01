// Words: names that say nothing, things put off, and reasons that are owed.

enum WordRules {
    static let emptyWords: Set<String> = [
        "Manager", "Managers", "Util", "Utils", "Utility", "Utilities", "Helper", "Helpers",
        "Common",
    ]

    /// File names and names of types that contain a word that says nothing.
    static func names(_ file: SourceFile) -> [Violation] {
        var found: [Violation] = []
        for word in words(of: file.name.prefix { $0 != "." }) where emptyWords.contains(word) {
            found.append(Violation(file.path, 0, "the file's name says \(word)"))
        }
        let type = /\b(?:class|struct|enum|protocol|actor|typealias|extension)\s+([\w.]+)/
        for (index, line) in file.code.enumerated() {
            for match in line.matches(of: type) {
                for word in words(of: match.1) where emptyWords.contains(word) {
                    found.append(file.violation(index, "the type's name says \(word)"))
                }
            }
        }
        return found
    }

    /// Marks of unfinished work, in comments too.
    static func marks(_ file: SourceFile) -> [Violation] {
        file.lines.enumerated().compactMap { index, line in
            // Spelt in two parts, so that this file passes its own rule.
            line.contains(/\b(?:TO[D]O|FIX[M]E|XX[X])\b/)
                ? file.violation(index, "unfinished work is not left in the code") : nil
        }
    }

    /// Unsafe words in Sources need a comment on their line or on the one before.
    static func reasons(_ file: SourceFile) -> [Violation] {
        guard file.module != nil else { return [] }
        return file.code.enumerated().compactMap { index, line in
            guard let word = unsafeWord(in: line), !hasComment(file, index) else { return nil }
            return file.violation(index, "\(word) without a reason in a comment")
        }
    }

    /// Every file in Sources opens with a comment on what it is and why.
    static func opening(_ file: SourceFile) -> [Violation] {
        guard file.module != nil, file.lines.first?.hasPrefix("//") != true else { return [] }
        return [Violation(file.path, 0, "does not open with a comment on what it is and why")]
    }

    private static func unsafeWord(in line: String) -> String? {
        for word in ["@unchecked Sendable", "nonisolated(unsafe)", "fatalError(", "try!", "as!"]
        where line.contains(word) { return word }
        // After a name, a bracket or a quote, and not before an equals sign.
        return line.contains(/[\w)\]}>"?]!(?!=)/) ? "a force unwrap" : nil
    }

    private static func hasComment(_ file: SourceFile, _ index: Int) -> Bool {
        // What the mask blanked and what is no string starts with two slashes.
        let code = file.code[index]
        let blanked = file.lines[index].dropFirst(code.reversed().drop { $0 == " " }.count)
        if blanked.contains("//") { return true }
        return index > 0 && file.lines[index - 1].drop { $0 == " " }.hasPrefix("//")
    }

    /// `HTTPServerUtil` is HTTP, Server, Util.
    private static func words(of name: some StringProtocol) -> [String] {
        String(name).matches(of: /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/).map { match in
            match.0.prefix(1).uppercased() + match.0.dropFirst()
        }
    }
}
