// LiteLLM's own calculator, run as it is.

import BudgetModel
import Foundation
import Testing
import TestSupport

/// What LiteLLM says that calls cost.
struct LiteLLMCalculator {
    struct Answer {
        let model: String
        let usage: String
        /// In 1e-9 US dollars, read as budgetd reads a stated cost; nil where LiteLLM can't say.
        let nano: Int64?
        /// As LiteLLM wrote it.
        let text: String
    }

    /// LiteLLM's own price file.
    let priceFile: String
    let answers: [Answer]

    /// - Parameter usages: by name, in budgetd's fields.
    init(_ usages: [String: String]) throws {
        let directory = try TestDirectory()
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "calculate.py").path
        let json = try JSONEncoder().encode(usages)
        let process = try TestProcess(
            [Self.python, script, String(decoding: json, as: UTF8.self)],
            directory: directory.path, output: directory.path + "/out",
            errors: directory.path + "/err")
        let ending = process.waitForEnd(seconds: 600)
        process.kill()
        try #require(ending == .exit(0), "\(directory.text("err").suffix(2000))")
        var lines = directory.text("out").split(separator: "\n").map(String.init)
        priceFile = lines.removeFirst()
        answers = lines.compactMap { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
                .map(String.init)
            guard parts.count == 3 else { return nil }
            return Answer(
                model: parts[0], usage: parts[1], nano: try? NanoUSD.read(parts[2]),
                text: parts[2])
        }
    }

    /// The Python that deploy/test puts LiteLLM into.
    private static let python: String = {
        let own = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: ".build/venv/bin/python").path
        return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
    }()
}
