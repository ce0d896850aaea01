// A limit's window; further kinds of windows are read here.

import BudgetModel

/// Reads a limit's window and the keys that belong to it.
///
/// A kind of window is added by a case in ``window()`` and its name in `names`.
struct WindowReader {
    private static let names =
        CalendarUnit.allCases.map(\.rawValue) + ["lifetime", "rolling <duration>", "bucket"]

    private let fields: YAMLFields

    init(_ fields: YAMLFields) {
        self.fields = fields
    }

    /// The window, or nil with faults added.
    ///
    /// - Parameter measure: the limit's, in whose unit a bucket's rate is.
    func window(_ measure: Measure?) -> Window? {
        let expected = "one of " + Self.names.joined(separator: ", ")
        guard let node = fields.required("window", expected), let text = node.text(expected)
        else { return nil }
        let kind = text.split(separator: " ").first.map(String.init) ?? ""
        if text == "bucket" {
            refuse(["idle"], unless: "lifetime")
            return measure.flatMap(RateReader(fields).window)
        }
        refuse(["rate", "burst"], unless: "bucket")
        if text == "lifetime" {
            guard let idle = fields["idle"] else { return .lifetime(idleMilliseconds: nil) }
            return idle.duration().map { .lifetime(idleMilliseconds: $0) }
        }
        refuse(["idle"], unless: "lifetime")
        if kind == "rolling" { return rolling(node, text) }
        if let unit = CalendarUnit(rawValue: text) { return .calendar(unit) }
        let kinds = Self.names.map { String($0.prefix { $0 != " " }) }
        let hint = NearMiss.hint(for: kind, among: kinds)
        node.fault("\(node.description) is unknown; expected \(expected)\(hint)")
        return nil
    }

    private func rolling(_ node: YAMLNode, _ text: String) -> Window? {
        let minute: Int64 = 60_000
        guard let length = DurationText.read(String(text.dropFirst("rolling ".count))),
            length >= minute, length.isMultiple(of: minute)
        else {
            node.fault(
                "\(node.description); expected whole minutes, like rolling 24h or rolling 30d")
            return nil
        }
        return .rolling(milliseconds: length)
    }

    private func refuse(_ keys: [String], unless window: String) {
        for key in keys {
            fields[key]?.fault("\(key) does not go with this window; expected window: \(window)")
        }
    }
}
