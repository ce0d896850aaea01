/// Lengths of time as the policy writes them: `500ms 30s 5m 1h 24h 7d`.
enum DurationText {
    /// What a fault says was expected.
    static let expected = "a duration like 500ms, 30s, 5m, 24h or 7d"

    /// The longest: ten years, in milliseconds.
    static let most: Int64 = 315_360_000_000

    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// The milliseconds, 0 … ``most``; nil where the text is no duration or out of range.
    static func read(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "_") }
        let suffix = text.dropFirst(digits.count)
        guard let unit = units.first(where: { $0.suffix == suffix }),
            let plain = NumberText.withoutUnderscores(String(digits)),
            let count = Int64(plain), count <= most / unit.milliseconds
        else { return nil }
        return count * unit.milliseconds
    }

    /// The shortest spelling: `90s`, `24h` as `1d`.
    static func text(_ milliseconds: Int64) -> String {
        let unit = units.last { milliseconds % $0.milliseconds == 0 } ?? units[0]
        return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
    }
}
