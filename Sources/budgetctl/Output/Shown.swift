// Values of answers as people read them in a table.

import Foundation
import RESP

/// Values as they are shown.
enum Shown {
    /// A field of a map; empty where it is null or absent.
    static func text(_ map: RESPValue, _ field: String) -> String { text(map[field]) }

    private static func text(_ value: RESPValue?) -> String {
        guard let value, !value.isNull else { return "" }
        return Table.printable(value.string ?? value.integer.map { "\($0)" } ?? "?")
    }

    /// Money with its sign.
    static func money(_ map: RESPValue, _ field: String) -> String {
        let text = text(map, field)
        return text.isEmpty ? "" : "$" + text
    }

    /// An amount of a measure: money with its sign, seconds with theirs, counts in groups.
    static func amount(_ map: RESPValue, _ field: String, of measure: String) -> String {
        amount(map[field], of: measure)
    }

    /// The same of a value.
    static func amount(_ value: RESPValue?, of measure: String) -> String {
        let text = text(value)
        guard !text.isEmpty else { return "" }
        switch measure {
        case "cost": return "$" + text
        case "seconds": return text + "s"
        default: return grouped(text)
        }
    }

    /// `1234567` as `1,234,567`.
    static func grouped(_ digits: String) -> String {
        guard digits.allSatisfy(\.isNumber) else { return digits }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A point in time: `2026-11-22 09:30:00Z`.
    static func moment(_ map: RESPValue, _ field: String) -> String {
        map[field]?.integer.map(moment) ?? ""
    }

    static func moment(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        return String(
            format: "%04d-%02d-%02d %02d:%02d:%02dZ", parts.tm_year + 1900, parts.tm_mon + 1,
            parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec)
    }

    /// Bytes in powers of a thousand: `1.5 MB`.
    static func bytes(_ count: Int64) -> String {
        let units: [(Double, String)] = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        guard let (size, name) = units.first(where: { Double(count) >= $0.0 }) else {
            return "\(count) B"
        }
        return String(format: "%.1f ", Double(count) / size) + name
    }

    /// A length of time by its two largest units: `2h 5m`, `3d 4h`, `40s`.
    static func duration(_ milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds / 1000)
        let units: [(Int64, String)] = [(86400, "d"), (3600, "h"), (60, "m"), (1, "s")]
        let parts = units.map { length, name in
            (seconds / length % (name == "d" ? Int64.max : name == "h" ? 24 : 60), name)
        }
        guard let first = parts.firstIndex(where: { $0.0 > 0 }) else { return "0s" }
        return parts[first...].prefix(2).filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }
            .joined(separator: " ")
    }
}
