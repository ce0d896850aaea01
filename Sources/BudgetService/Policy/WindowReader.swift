// A limit's window; further kinds of windows are read here.

import BudgetModel

/// Reads a limit's window and the keys that belong to it.
///
/// A kind of window is added by a case in ``window()`` and its name in `names`.
struct WindowReader {
    private static let names = CalendarUnit.allCases.map(\.rawValue) + ["lifetime"]
    /// In the design, and not built yet.
    private static let planned = ["rolling", "bucket"]

    private let fields: YAMLFields

    init(_ fields: YAMLFields) {
        self.fields = fields
    }

    /// The window, or nil with faults added.
    func window() -> Window? {
        let expected = "one of " + Self.names.joined(separator: ", ")
        guard let node = fields.required("window", expected), let text = node.text(expected)
        else { return nil }
        let kind = text.split(separator: " ").first.map(String.init) ?? ""
        if Self.planned.contains(kind) {
            node.fault("\"\(text)\" is not supported yet; expected \(expected)")
            return nil
        }
        refuse(["rate", "burst"], unless: "bucket")
        if text == "lifetime" {
            guard let idle = fields["idle"] else { return .lifetime(idleMilliseconds: nil) }
            return idle.duration().map { .lifetime(idleMilliseconds: $0) }
        }
        refuse(["idle"], unless: "lifetime")
        if let unit = CalendarUnit(rawValue: text) { return .calendar(unit) }
        let hint = NearMiss.hint(for: text, among: Self.names)
        node.fault("\(node.description) is unknown; expected \(expected)\(hint)")
        return nil
    }

    private func refuse(_ keys: [String], unless window: String) {
        for key in keys {
            fields[key]?.fault("\(key) does not go with this window; expected window: \(window)")
        }
    }
}
