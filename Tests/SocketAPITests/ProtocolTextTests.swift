// Holds PROTOCOL.md and the code together: what is in a table here is in its section there, and
// nothing else is.

import BudgetModel
import BudgetService
import Foundation
import NIOCore
import Testing

@testable import SocketAPI

private let sources = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")

/// The lines under a heading, up to the next one of its depth or above.
private func section(_ heading: String) throws -> [String] {
    let text = try String(
        contentsOf: sources.appending(path: "SocketAPI/PROTOCOL.md"), encoding: .utf8)
    let lines = text.components(separatedBy: "\n")
    let start = try #require(lines.firstIndex(of: heading), "no section \(heading)")
    let depth = heading.prefix { $0 == "#" }.count
    let rest = lines[(start + 1)...]
    let end =
        rest.firstIndex {
            let marks = $0.prefix { $0 == "#" }.count
            return marks > 0 && marks <= depth
        } ?? rest.endIndex
    return Array(rest[..<end])
}

/// What stands between backticks, in order.
private func quoted(_ text: some StringProtocol) -> [String] {
    String(text).matches(of: /`([^`]+)`/).map { String($0.1) }
}

/// What stands between backticks in the first cells of a section's tables.
private func rows(_ heading: String) throws -> [String] {
    try section(heading).filter { $0.hasPrefix("| `") }.flatMap {
        quoted($0.replacing("\\|", with: "/").split(separator: "|")[0])
    }
}

@Suite struct ProtocolTextTests {
    @Test func theCommandsAreThoseOfTheTable() throws {
        let headings = try section("## Commands").filter { $0.hasPrefix("### ") }
        #expect(headings == Command.allCases.map { "### " + $0.rawValue })
    }

    @Test(arguments: Command.allCases) func aCommandsSectionIsItsSpec(_ command: Command) throws {
        let spec = command.spec
        let lines = try section("### " + command.rawValue)
        func names(_ label: String) throws -> [String] {
            quoted(try #require(lines.first { $0.hasPrefix("- \(label): ") }))
        }
        #expect(lines.contains(spec.summary + "."))
        #expect(lines.contains("- Role: " + spec.role.name))
        #expect(try names("Place") == spec.positions)
        #expect(try names("Required") == spec.required.map(\.rawValue))
        #expect(
            try names("Optional")
                == spec.fields.filter { !spec.required.contains($0) }.map(\.rawValue))
    }

    @Test func everyFieldHasItsExpectation() throws {
        let lines = try section("## Fields").filter { $0.hasPrefix("| `") }
        #expect(lines == Field.allCases.map { "| `\($0.rawValue)` | \($0.expectation) |" })
    }

    @Test func everyCodeIsExplained() throws {
        #expect(try rows("## Errors") == BudgetError.Code.allCases.map(\.rawValue))
    }

    @Test func everyReasonIsExplained() throws {
        // A reason more, and this switch doesn't compile: add it to the array and the text.
        func isListed(_ reason: Reason) -> Bool {
            switch reason {
            case .missingSubject, .unknownModel, .suspended, .rateLimited, .limitExceeded: true
            }
        }
        let reasons: [Reason] = [
            .missingSubject, .unknownModel, .suspended, .rateLimited, .limitExceeded,
        ]
        #expect(reasons.allSatisfy(isListed))
        #expect(try rows("## Reasons") == reasons.map(\.rawValue))
    }

    @Test func everyStateIsExplained() throws {
        let states: [ReservationState] = [.held, .committed, .released, .expired, .lateCommitted]
        #expect(try rows("## A reservation's states") == states.map(\.name))
    }

    /// What the service's answers are built of, read off its source.
    @Test func everyFieldOfAReplyIsExplained() throws {
        let folder = sources.appending(path: "BudgetService/Answers")
        var built: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            built.formUnion(text.matches(of: /\.init\(\s*"([a-z_]+)",/).map { String($0.1) })
        }
        #expect(built.count > 30)
        #expect(Set(try rows("## Replies")).symmetricDifference(built) == [])
    }

    @Test func everyCommandOfTheConnectionIsExplained() throws {
        let verbs = try rows("## The connection").map { String($0.prefix { $0 != " " }) }
        #expect(verbs == ConnectionCommand.allCases.map(\.rawValue))
    }

    @Test func theBoundsAreThoseOfTheCode() throws {
        let bounds = SocketBounds()
        let numbers = try section("## Bounds").filter { $0.hasPrefix("| ") }.dropFirst()
            .compactMap { Int($0.split(separator: "|")[1].filter(\.isNumber)) }
        func seconds(_ time: TimeAmount) -> Int { Int(time.nanoseconds / 1_000_000_000) }
        #expect(
            numbers == [
                bounds.maxConnections, bounds.maxUnanswered, bounds.maxUnwrittenBytes,
                seconds(bounds.maxRequestTime), seconds(bounds.maxHandshakeTime),
                bounds.maxQueuedCommands, bounds.maxQueuedBytes, bounds.request.maxArguments,
                bounds.request.maxArgumentBytes, bounds.request.maxFrameBytes,
                bounds.request.maxInlineBytes, bounds.maxClientNameBytes,
                seconds(bounds.maxDrainTime),
            ])
        #expect(bounds.maxUnwrittenTime == .seconds(60))
    }
}
