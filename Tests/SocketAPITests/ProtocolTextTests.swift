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
        let mayMissPlace = lines.contains { $0.hasPrefix("- Place: ") && $0.hasSuffix("(or none)") }
        #expect(mayMissPlace == spec.isPositionOptional)
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

    /// What events are built of, read off their source, and the channels' roles.
    @Test func everyMemberOfAnEventIsExplained() throws {
        let text = try String(
            contentsOf: sources.appending(path: "BudgetService/Events/EventText.swift"),
            encoding: .utf8)
        var built = Set(text.matches(of: /(?:write|name)\("([a-z_]+)"/).map { String($0.1) })
        #expect(built.count > 20)
        let acts = ["suspend", "resume", "set", "unset", "grant", "reset", "correct", "policy"]
        let kinds = Event.CallKind.allCases.map(\.rawValue) + ["deny", "gap"] + acts
        built.formUnion(kinds)
        // Those of a warning stand in its row.
        built.subtract(["threshold"])
        #expect(Set(try rows("## Events")).symmetricDifference(built) == [])
        let channels = try section("## Events").filter { $0.hasPrefix("    ") }
        for family in EventFilter.Family.allCases {
            #expect(
                channels.contains {
                    $0.hasPrefix("    \(family.rawValue):<tenant> ")
                        && $0.contains(" role \(family.role.name): ")
                })
        }
        let most = "A connection has at most \(SocketBounds().maxChannels) channels."
        #expect(try section("## Events").joined(separator: " ").contains(most))
    }

    @Test func everyCommandOfTheConnectionIsExplained() throws {
        let verbs = try rows("## The connection").map { String($0.prefix { $0 != " " }) }
        #expect(verbs == ConnectionCommand.allCases.map(\.rawValue))
    }

    @Test func theBoundsAreThoseOfTheCode() throws {
        let bounds = SocketBounds()
        func seconds(_ time: TimeAmount) -> Int64 { time.nanoseconds / 1_000_000_000 }
        let rows = try section("## Bounds").filter { $0.hasPrefix("| ") }.dropFirst()
        #expect(
            rows.joined(separator: "\n") == """
                | connections | \(bounds.maxConnections) | `OVERLOADED`, closed |
                | requests unanswered on a connection | \(bounds.maxUnanswered) | no more are read \
                until some are answered |
                | bytes of replies unwritten | \(bounds.maxUnwrittenBytes) | no more requests are \
                read; after \(seconds(bounds.maxUnwrittenTime)) s closed |
                | bytes of events unwritten | \(bounds.maxUnreadEventBytes) | `OVERLOADED`, closed |
                | channels of a connection | \(bounds.maxChannels) | `TOOLARGE` |
                | time for a request to arrive | \(seconds(bounds.maxRequestTime)) s | closed |
                | time without credentials, where the socket doesn't tell | \
                \(seconds(bounds.maxHandshakeTime)) s | closed |
                | commands queued by MULTI | \(bounds.maxQueuedCommands) | `TOOLARGE` |
                | bytes queued by MULTI | \(bounds.maxQueuedBytes) | `TOOLARGE` |
                | arguments of a request | \(bounds.request.maxArguments) | `TOOLARGE` |
                | bytes of an argument | \(bounds.request.maxArgumentBytes) | `TOOLARGE` |
                | bytes of a request | \(bounds.request.maxFrameBytes) | `TOOLARGE` |
                | bytes of an inline request | \(bounds.request.maxInlineBytes) | `ERR`, closed |
                | bytes of a client's name | \(bounds.maxClientNameBytes) | `ERR` |
                | time for requests in flight when budgetd stops | \
                \(seconds(bounds.maxDrainTime)) s | closed unanswered |
                """)
        let labels = "may be given up to \(Bounds.maxLabels) times"
        #expect(try section("## Fields").contains { $0.contains(labels) })
    }

    /// A client repeats what it is told it may.
    @Test func whatMayBeRepeated() throws {
        let cells = try section("## Errors").filter { $0.hasPrefix("| `") }.map {
            $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        let repeatable = cells.filter { $0[2] != "no" }.map { "\(quoted($0[0])[0]): \($0[2])" }
        #expect(
            repeatable == [
                "NOAUTH: after AUTH", "UNAVAILABLE: yes", "OUTCOME_UNKNOWN: yes, with the same key",
                "OVERLOADED: later", "INTERNAL: yes, with the same key",
            ])
    }

    /// Every subcommand that the text names is known.
    @Test(arguments: [
        (
            "CLIENT",
            [
                "SETNAME w", "GETNAME", "SETINFO LIB-NAME w", "SETINFO LIB-VER 1", "ID",
                "INFO", "LIST", "NO-EVICT ON", "NO-TOUCH ON", "REPLY ON",
            ],
            "SETNAME, GETNAME, SETINFO LIB-NAME and LIB-VER, ID, INFO, "
                + "LIST (this connection only), NO-EVICT, NO-TOUCH, REPLY ON"
        ),
        (
            "COMMAND", ["COUNT", "LIST", "INFO", "DOCS"],
            "COUNT, LIST, INFO, DOCS: the commands, from their table"
        ),
        (
            "CONFIG", ["GET save appendonly"],
            "nothing but empty values for `save` and `appendonly`"
        ),
    ])
    func subcommandsAreNamed(_ verb: String, _ known: [String], _ text: String) throws {
        for subcommand in known {
            let answer = try Wire().send(requests("\(verb) \(subcommand)"))
            #expect(!answer.hasPrefix("-"), "\(verb) \(subcommand): \(answer)")
        }
        let row = try section("## The connection").first { $0.hasPrefix("| `\(verb)") }
        #expect(row?.hasSuffix("| \(text) |") == true)
    }

    @Test func helloTakesTheOptionsOfTheText() throws {
        let row = try section("## The connection").first { $0.hasPrefix("| `HELLO") }
        #expect(row?.contains("[2\\|3 [AUTH user password] [SETNAME name]]") == true)
        let answer = try Wire().send(requests("HELLO 3 AUTH default x SETNAME w"))
        #expect(answer.hasPrefix("%"))
    }

    @Test func whatMultiRefusesIsNamed() throws {
        let refused = try ConnectionCommand.allCases.filter {
            let more = String(
                repeating: " 3", count: $0.spec.argumentCounts.upperBound == 0 ? 0 : 1)
            return try Wire().send(requests("MULTI", $0.rawValue + more))
                .contains("can't be used between MULTI and EXEC")
        }
        #expect(refused == [.hello, .auth, .subscribe, .unsubscribe, .watch])
        let text = try section("## MULTI").joined(separator: " ")
        #expect(
            text.contains(
                "HELLO, AUTH, SUBSCRIBE, UNSUBSCRIBE and WATCH are refused between MULTI and EXEC"))
    }
}
