// INFO: sections of `key:value` lines, as Redis has it. Clients look for `redis_version` and
// `loading`; the rest is for people and for whoever starts the server.

/// A section of INFO.
public struct InformationSection: Sendable {
    /// The name of the section, e.g. `Budget`.
    public let name: String
    /// Its lines; neither part may have a line break.
    public let lines: [(key: String, value: String)]

    /// Makes a section.
    public init(_ name: String, _ lines: [(key: String, value: String)]) {
        self.name = name
        self.lines = lines
    }
}

/// The text of the sections that were asked for.
///
/// - Parameter asked: names in lower case; none, `all`, `default` and `everything` mean every one.
func informationText(_ sections: [InformationSection], asked: [String]) -> String {
    let wantsAll =
        asked.isEmpty || asked.contains { ["all", "default", "everything"].contains($0) }
    let texts = sections.filter { wantsAll || asked.contains($0.name.lowercased()) }.map {
        section in
        "# \(section.name)\r\n"
            + section.lines.map { "\($0.key):\($0.value)\r\n" }.joined()
    }
    return texts.joined(separator: "\r\n")
}
