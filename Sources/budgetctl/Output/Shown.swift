// Values of answers as people read them in a table.

import BudgetModel
import Foundation
import RESP

/// Values as they are shown.
enum Shown {
    /// A field of a map; empty where it is null or absent.
    static func text(_ map: RESPValue, _ field: String) -> String { text(map[field]) }

    private static func text(_ value: RESPValue?) -> String {
        guard let value, !value.isNull else { return "" }
        return Text.printable(value.string ?? value.integer.map { "\($0)" } ?? "?")
    }

    /// Money with its sign.
    static func money(_ map: RESPValue, _ field: String) -> String {
        let text = text(map, field)
        return text.isEmpty ? "" : ReadableNumber.money(text)
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
        case "cost": return ReadableNumber.money(text)
        case "seconds": return ReadableNumber.grouped(text) + "s"
        default: return ReadableNumber.grouped(text)
        }
    }

    /// A count in groups: `1234567` as `1,234,567`.
    static func count(_ map: RESPValue, _ field: String) -> String {
        ReadableNumber.grouped(text(map, field))
    }

    /// When a limit's window begins anew: in a while, once it is idle, bit by bit, or never.
    static func reset(_ limit: RESPValue, at now: Int64) -> String {
        if let end = limit["resets_at_ms"]?.integer { return duration(end - now) }
        if let idle = limit["idle_ms"]?.integer { return "if idle " + duration(idle) }
        let window = text(limit, "window")
        return window == "bucket" ? "refills" : window == "lifetime" ? "never" : "rolls on"
    }

    /// A limit's window with what else belongs to it: `bucket 60/m`, `lifetime, 24h idle`.
    static func window(_ limit: RESPValue, _ measure: String) -> String {
        let name = text(limit, "window")
        if let idle = limit["idle_ms"]?.integer { return "\(name), \(duration(idle)) idle" }
        guard let period = limit["rate_ms"]?.integer, period > 0 else { return name }
        return name + " " + rate(limit["rate"], period, measure)
    }

    /// By the shortest time in which an amount flows away that can be told exactly.
    private static func rate(_ amount: RESPValue?, _ period: Int64, _ measure: String) -> String {
        let units: [(Int64, String)] = [
            (1000, "s"), (60_000, "m"), (3_600_000, "h"), (86_400_000, "d"),
        ]
        // Money and time as Redis counts them, whole.
        let digits = measure == "cost" ? 9 : measure == "seconds" ? 3 : 0
        let written = text(amount)
        let whole =
            switch measure {
            case "cost": try? NanoUSD.readCap(written)
            case "seconds": try? SecondsText.readCap(written)
            default: Int64(written)
            }
        for (length, name) in units {
            guard let whole else { break }
            let (sum, isTooMuch) = whole.multipliedReportingOverflow(by: length)
            guard !isTooMuch, sum.isMultiple(of: period) else { continue }
            let each = NanoUSD.scaledText(sum / period, digits: digits)
            return Shown.amount(.bulk(each), of: measure) + "/" + name
        }
        return "\(Shown.amount(amount, of: measure)) in \(period) ms"
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
