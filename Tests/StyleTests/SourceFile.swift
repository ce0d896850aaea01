// A Swift file as the rules see it: its lines as written, and its lines as code only.

struct SourceFile {
    /// Relative to the checkout, with slashes.
    let path: String
    let lines: [String]
    /// The same lines, where comments and the insides of string literals are blanks.
    let code: [String]

    init(_ path: String, _ text: String) {
        self.path = path
        lines = Self.lines(of: text)
        code = Self.lines(of: CodeMask.masked(text))
    }

    var name: String { String(path.split(separator: "/").last ?? "") }

    var isSwift: Bool { name.hasSuffix(".swift") }

    /// `Sources/<module>/…`; nil elsewhere.
    var module: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    func violation(_ index: Int, _ message: String) -> Violation {
        Violation(path, index + 1, message)
    }

    private static func lines(of text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
