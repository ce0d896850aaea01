// Imports point downward only, and siblings never import each other: the house of the design.

enum ImportRule {
    /// What each module may import of ours. A module that is missing here is a breach of its own.
    static let allowed: [String: Set<String>] = [
        "CHiredis": [],
        "BudgetModel": [],
        "RESP": [],
        "RedisClient": ["CHiredis", "RESP"],
        "BudgetStore": ["BudgetModel", "RESP", "RedisClient"],
        "BudgetService": ["BudgetModel"],
        "AccessTokens": ["BudgetModel", "BudgetService"],
        "Listeners": ["BudgetService"],
        "SocketAPI": ["RESP", "BudgetModel", "BudgetService", "Listeners"],
        "HTTPAPI": ["BudgetModel", "BudgetService", "Listeners"],
        "BudgetDaemon": [
            "CHiredis", "BudgetModel", "RESP", "RedisClient", "BudgetStore", "BudgetService",
            "SocketAPI", "HTTPAPI", "Listeners", "AccessTokens",
        ],
        "budgetd": ["BudgetDaemon"],
        "budgetctl": ["RESP", "BudgetModel", "BudgetService", "BudgetStore", "AccessTokens"],
        "budgetbench": ["RESP", "BudgetModel", "RedisClient", "BudgetStore"],
    ]

    static func check(_ file: SourceFile) -> [Violation] {
        guard let module = file.module else { return [] }
        guard let allowed = allowed[module] else {
            return [Violation(file.path, 0, "\(module) is not in the table of ImportRule")]
        }
        return file.code.enumerated().compactMap { index, line in
            guard let imported = importedModule(line), self.allowed[imported] != nil,
                imported != module, !allowed.contains(imported)
            else { return nil }
            return file.violation(index, "\(module) must not import \(imported)")
        }
    }

    /// The module of an import line, also of `@testable import` and `import struct Module.Type`.
    private static func importedModule(_ line: String) -> String? {
        let words = line.split { $0.isWhitespace || $0 == "." }
        guard let at = words.firstIndex(of: "import"), at + 1 < words.count else { return nil }
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
        ]
        let named = kinds.contains(words[at + 1]) ? at + 2 : at + 1
        return named < words.count ? String(words[named]) : nil
    }
}
