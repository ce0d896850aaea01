// The shapes of answers and PROTOCOL.md say the same fields; that the daemon's answers have them,
// Schemathesis sees.

import Foundation
import Testing

@testable import HTTPAPI

@Suite struct AnswerShapeTests {
    private static let headings: [(AnswerShape, String)] = [
        (.decision, "A decision"), (.settlement, "A settlement"), (.standing, "A standing"),
        (.nearness, "A nearness"),
        (.ledger, "A ledger page"), (.ranking, "A ranking"), (.act, "An act"),
        (.history, "A history"), (.entries, "An entries page"),
        (.limits, "A list of limits, or what is set"), (.audit, "An audit page"),
        (.policy, "A policy in force"), (.policyLook, "A look at the policy's files"),
        (.journal, "A journal page"), (.counters, "A counters page"),
    ]

    /// What stands between backticks in the first cells of a section's table.
    private func fields(_ heading: String) throws -> Set<String> {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/SocketAPI/PROTOCOL.md")
        let lines = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "\n")
        let start = try #require(lines.firstIndex(of: "### " + heading), "\(heading)")
        let section = lines[(start + 1)...].prefix { !$0.hasPrefix("#") }
        let cells = section.filter { $0.hasPrefix("| `") }.map { $0.split(separator: "|")[0] }
        return Set(cells.flatMap { $0.matches(of: /`([^`]+)`/).map { String($0.1) } })
    }

    /// The names of a schema's members and of theirs.
    private func names(_ schema: JSON) -> Set<String> {
        var found: Set<String> = []
        for member in schema.members {
            if member.name == "properties" { found.formUnion(member.value.members.map(\.name)) }
            if member.name == "properties" || member.name == "items" {
                for inner in [member.value] + member.value.members.map(\.value) {
                    found.formUnion(names(inner))
                }
            }
        }
        return found
    }

    @Test func everyShapeHasTheFieldsOfTheText() throws {
        let everywhere = try fields("In every reply of a command")
        let warning = try fields("A warning")
        for (shape, heading) in Self.headings {
            var expected = try fields(heading).union(everywhere)
            if expected.contains("warnings") { expected.formUnion(warning) }
            if heading.contains("policy") { expected.remove("seq") }
            // They stand in other cells there.
            if shape == .ledger { expected.insert("task") }
            if shape == .counters { expected.insert("expires_at_ms") }
            #expect(names(shape.schema) == expected, "\(heading)")
        }
        let set = try fields("A list of limits, or what is set").union(everywhere)
        #expect(names(AnswerShape.subject.schema).isSubset(of: set))
    }

    @Test func everyCommandsShapeIsThere() {
        #expect(Set(Resource.all.map { AnswerShape($0.command) }) == Set(AnswerShape.allCases))
    }
}
