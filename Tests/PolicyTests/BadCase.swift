// Bad policies are kept as text beside their faults, one case after the other, so that the
// messages are read as their reader will see them:
//
//     === what is wrong
//     the policy
//     --- prices.yaml        (a price file, where one is needed)
//     its content
//     >>>
//     every fault, in order

import Foundation
import Testing

/// One policy that is refused, and the faults that are told.
struct BadCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// By name; the policy is `policy.yaml`.
    let files: [String: String]
    let faults: [String]

    var testDescription: String { name }

    /// The cases of all files in the folder `Bad`.
    static func all() throws -> [BadCase] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Bad")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.flatMap { file in
            let text = try String(contentsOf: file, encoding: .utf8)
            return text.components(separatedBy: "=== ").dropFirst().map { block in
                BadCase(block, from: file.lastPathComponent)
            }
        }
    }

    private init(_ block: String, from file: String) {
        var files: [String: String] = [:]
        var faults: [String] = []
        var current: String? = "policy.yaml"
        let lines = block.components(separatedBy: "\n")
        for line in lines.dropFirst() {
            if line.hasPrefix("--- ") {
                current = String(line.dropFirst(4))
            } else if line == ">>>" {
                current = nil
            } else if let current {
                files[current, default: ""] += line + "\n"
            } else if !line.isEmpty {
                faults.append(line)
            }
        }
        name = file + ": " + lines[0]
        self.files = files
        self.faults = faults
    }
}
