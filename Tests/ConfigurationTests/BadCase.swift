// Bad configurations stand in bad.txt beside their faults, as their reader will see them:
//
//     === what is wrong
//     the configuration
//     >>>
//     every fault, in order

import Foundation
import Testing

/// One configuration that is refused, and the faults that are told.
struct BadCase: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let faults: [String]

    var testDescription: String { name }

    static func all() throws -> [BadCase] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "bad.txt")
        let text = try String(contentsOf: file, encoding: .utf8)
        return try text.components(separatedBy: "=== ").dropFirst().map { block in
            let parts = block.components(separatedBy: ">>>\n")
            let end = try #require(parts[0].firstIndex(of: "\n"))
            return BadCase(
                name: String(parts[0][..<end]),
                text: String(parts[0][parts[0].index(after: end)...]),
                faults: try #require(parts.last).split(separator: "\n").map(String.init))
        }
    }
}
