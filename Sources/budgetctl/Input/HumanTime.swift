// Lengths and points of time as people write them: `20m`, `1h30m`, `2026-12-01T00:00Z`.

import Foundation

enum HumanTime {
    /// What is expected of a length.
    static let lengthForm = "a length of time like 90s, 20m, 1h30m, 2h or 7d"
    /// What is expected of a moment.
    static let momentForm =
        "a moment with its zone, like 2026-12-01T00:00Z or 2026-12-01T09:30+01:00"

    /// The milliseconds of a length, at least one; nil where it is none.
    static func length(_ text: String) -> Int64? {
        let units: [Substring: Int64] = [
            "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
        ]
        guard text.wholeMatch(of: /([0-9]{1,9}(ms|[smhdw]))+/) != nil else { return nil }
        var sum: Int64 = 0
        for part in text.matches(of: /([0-9]+)(ms|[smhdw])/) {
            guard let count = Int64(part.1), let unit = units[part.2] else { return nil }
            sum += count * unit
        }
        return sum > 0 ? sum : nil
    }

    /// The Unix time in milliseconds of a moment; nil where it is none, or has no zone.
    static func moment(_ text: String) -> Int64? {
        let form =
            /(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)? ?(Z|[+-]\d\d:?\d\d)/
        guard let match = text.wholeMatch(of: form) else { return nil }
        let (year, month, day) = (number(match.1), number(match.2), number(match.3))
        let (hour, minute, second) = (number(match.4), number(match.5), number(match.6))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = DateComponents(
            calendar: calendar, year: year, month: month, day: day, hour: hour, minute: minute,
            second: second)
        // 31 February is none, and not 3 March.
        guard parts.isValidDate, let date = parts.date else { return nil }
        return (Int64(date.timeIntervalSince1970) - offset(match.7)) * 1000
    }

    /// As ``moment(_:)`` reads it.
    static func text(_ milliseconds: Int64) -> String {
        Shown.moment(milliseconds).replacing(" ", with: "T")
    }

    private static func number(_ text: Substring?) -> Int { text.flatMap { Int($0) } ?? 0 }

    /// The seconds of `Z` or `+01:00`.
    private static func offset(_ text: Substring) -> Int64 {
        let digits = text.filter(\.isNumber)
        guard digits.count == 4, let hours = Int64(digits.prefix(2)),
            let minutes = Int64(digits.suffix(2))
        else { return 0 }
        return (hours * 3600 + minutes * 60) * (text.first == "-" ? -1 : 1)
    }
}
