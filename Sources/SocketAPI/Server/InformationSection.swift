// INFO: sections of `key:value` lines, as Redis has it. Clients look for `redis_version` and
// `loading`; the rest is for people and for whoever starts the server.

import BudgetService

/// A section of INFO.
public struct InformationSection: Sendable {
    /// The name of the section, e.g. `Budget`.
    public let name: String
    /// Its lines; neither part may have a line break.
    public let lines: [(key: String, value: String)]
    /// Whether it tells of all tenants together, so that it is not for who is bound to one.
    public let isOfAllTenants: Bool

    /// Makes a section.
    public init(
        _ name: String, _ lines: [(key: String, value: String)], isOfAllTenants: Bool = false
    ) {
        self.name = name
        self.lines = lines
        self.isOfAllTenants = isOfAllTenants
    }
}

/// The text of the sections that were asked for.
///
/// - Parameters:
///   - asked: names in lower case; none, `all`, `default` and `everything` mean every one.
///   - caller: who asks.
func informationText(
    _ sections: [InformationSection], asked: [String], by caller: Caller?
) -> String {
    let wantsAll =
        asked.isEmpty || asked.contains { ["all", "default", "everything"].contains($0) }
    let shown = sections.filter { section in
        (wantsAll || asked.contains(section.name.lowercased()))
            && (caller?.tenant == nil || !section.isOfAllTenants)
    }
    let texts = shown.map { section in
        "# \(section.name)\r\n"
            + section.lines.map { "\($0.key):\($0.value)\r\n" }.joined()
    }
    return texts.joined(separator: "\r\n")
}
