// The tables of the HTTP API: every command is a resource, HTTP.md and OpenAPI say the same.

import BudgetModel
import BudgetService
import Foundation
import NIOCore
import Testing

@testable import HTTPAPI

@Suite struct ResourceTests {
    /// Commands that HTTP has not, each with its reason.
    private static let without: Set<Command> = []

    @Test func everyCommandIsAResource() {
        let there = Set(Resource.all.map(\.command))
        #expect(Set(Command.allCases).subtracting(there) == Self.without)
        #expect(there.isDisjoint(with: Self.without))
    }

    @Test func noTwoResourcesAreOne() {
        let names = Resource.all.map { "\($0.method) \($0.template)" }
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: Command.allCases) func aCommandsPlaceIsItsPlaceInTheTable(_ command: Command) {
        #expect(Command.allCases[command.place] == command)
    }

    @Test func everyPlaceOfAPathIsTheCommands() {
        for resource in Resource.all {
            let spec = resource.command.spec
            for value in resource.values {
                #expect(
                    spec.positions.contains(value) || spec.fields.map(\.rawValue).contains(value))
            }
            #expect(spec.isPositionOptional || spec.positions.allSatisfy(resource.values.contains))
        }
    }

    @Test func theTextHasTheTable() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/HTTPAPI/HTTP.md")
        let lines = try String(contentsOf: path, encoding: .utf8).components(separatedBy: "\n")
        let rows = lines.filter { $0.contains("` | `") }
        #expect(
            rows
                == Resource.all.map {
                    "| `\($0.command.rawValue)` | `\($0.method) \($0.template)` |"
                })
    }

    @Test func openAPIHasEveryOperationOnceAndEveryReferenceIsThere() throws {
        var buffer = ByteBuffer()
        OpenAPI.document.write(into: &buffer)
        let text = String(buffer: buffer)
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let paths = try #require(json["paths"] as? [String: [String: [String: Any]]])
        let identifiers = paths.values.flatMap {
            $0.values.compactMap { $0["operationId"] as? String }
        }
        let streams = EventFilter.Family.allCases.count
        #expect(identifiers.count == Resource.all.count + Page.allCases.count + streams)
        #expect(Set(identifiers).count == identifiers.count)
        for (path, operations) in paths {
            for operation in operations.values {
                let responses = operation["responses"] as? [String: [String: Any]] ?? [:]
                for (status, name) in [("401", "WWW-Authenticate"), ("405", "Allow")] {
                    let headers = responses[status].map { $0["headers"] as? [String: Any] ?? [:] }
                    #expect(headers?.keys.contains(name) != false, "\(path) \(status)")
                }
            }
        }
        let components = try #require(json["components"] as? [String: [String: Any]])
        let schemas = try #require(components["schemas"])
        for match in text.matches(of: /#\/components\/schemas\/(\w+)/) {
            #expect(schemas[String(match.1)] != nil, "\(match.1)")
        }
    }
}
