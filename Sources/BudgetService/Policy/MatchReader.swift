// A limit's `match`.

import BudgetModel

/// Reads which calls a limit is about.
enum MatchReader {
    /// Patterns of one field: each may be tried for every call.
    private static let maxPatterns = 64

    private static let names =
        ["model", "provider", "operation", "machine"] + SubjectField.named.map(\.name)

    /// The clauses that can be read.
    static func match(_ node: YAMLNode) -> Match {
        let expected = "a mapping of fields to patterns, like model: [\"gpt-4*\"]"
        var clauses: [Match.Clause] = []
        for entry in node.entries(expected) ?? [] {
            guard let field = Match.Field(name: entry.name) else {
                let hint = NearMiss.hint(for: entry.name, among: names)
                let expected = "; expected one of \(names.joined(separator: ", ")), label.<name>"
                entry.key.fault("unknown field" + (hint.isEmpty ? expected : hint))
                continue
            }
            let patterns = patterns(entry.value)
            if !patterns.isEmpty { clauses.append(.init(field: field, patterns: patterns)) }
        }
        return Match(clauses)
    }

    private static func patterns(_ node: YAMLNode) -> [String] {
        let expected = "a pattern like \"gpt-4*\" or a list of them"
        guard let nodes = node.list(expected, orOne: true) else { return [] }
        guard 1...maxPatterns ~= nodes.count else {
            node.fault("the list has \(nodes.count) patterns; expected 1 to \(maxPatterns)")
            return []
        }
        return nodes.compactMap { $0.name(expected) }
    }
}
