// What may lie where: the top level of the checkout, and the spelling of Redis's keys.
import Foundation

enum PlaceRules {
    static let topLevel: Set<String> = ["Package.swift", "Sources", "Tests", "deploy", "README.md"]
    static let keysFile = "Sources/BudgetStore/Keys.swift"

    /// - Parameters:
    ///   - entries: the names at the top of the checkout.
    ///   - ignored: the lines of .gitignore.
    static func top(_ entries: [String], ignored: [String]) -> [Violation] {
        entries.filter { entry in
            !topLevel.contains(entry) && !entry.hasPrefix(".")
                && !ignored.contains { matches(entry, $0) }
        }
        .map { Violation($0, 0, "does not belong at the top level") }
    }

    /// Names of Redis keys begin with `b:{`, and one file spells them.
    static func keys(_ file: SourceFile) -> [Violation] {
        guard file.module != nil, file.path != keysFile else { return [] }
        return file.lines.enumerated().compactMap { index, line in
            // In Lua either quote opens a literal.
            line.contains(/["']b:\{/)
                ? file.violation(index, "a key is spelt outside \(keysFile)") : nil
        }
    }

    /// A name, a name with a final slash, or `*.extension`.
    private static func matches(_ entry: String, _ pattern: String) -> Bool {
        if pattern.hasPrefix("*") { return entry.hasSuffix(pattern.dropFirst()) }
        return entry == pattern.trimmingCharacters(in: ["/"])
    }
}
