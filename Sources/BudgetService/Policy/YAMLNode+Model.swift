// Reading values of the model that stand in several sections.

import BudgetModel
import Foundation

extension YAMLNode {
    /// A list of different subject fields.
    func subjectFields(atLeastOne: Bool = false) -> [SubjectField]? {
        let expected = "a list of subject fields like [user]"
        guard let nodes = list(expected, orOne: true) else { return nil }
        if atLeastOne, nodes.isEmpty {
            fault("the list is empty; expected \(expected)")
            return nil
        }
        var fields: [SubjectField] = []
        for node in nodes {
            guard let field = node.subjectField() else { return nil }
            if fields.contains(field) {
                node.fault("\(node.description) is repeated; expected each field once")
            } else {
                fields.append(field)
            }
        }
        return fields
    }

    /// A time zone by its IANA name. Abbreviations and offsets are refused: PST says nothing
    /// about summer, and UTC+2 is not Berlin.
    func timeZone() -> TimeZone? {
        let expected = "an IANA time zone like Europe/Berlin, or UTC"
        guard let text = text(expected) else { return nil }
        if text == "UTC" { return .gmt }
        if text.contains("/"), let zone = TimeZone(identifier: text) { return zone }
        let hint = NearMiss.hint(for: text, among: TimeZone.knownTimeZoneIdentifiers)
        fault("\(description) is no time zone; expected \(expected)\(hint)")
        return nil
    }
}
