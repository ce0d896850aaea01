// What makes a run worthless: told on stderr, with exit code 1.

import ArgumentParser
import Foundation

/// Why there is no result.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }

    /// Does what a command does; where that is worthless, says why and exits with 1.
    static func told(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as BenchError {
            FileHandle.standardError.write(Data("budgetbench: \(error)\n".utf8))
            throw ExitCode(1)
        }
    }
}
