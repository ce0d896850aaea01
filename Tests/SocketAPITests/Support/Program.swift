// Other people's clients, run as they are.

import Foundation

/// What a program left behind.
struct ProgramResult: Sendable {
    let status: Int32
    /// Standard output and standard error as they came.
    let output: String
}

/// Runs a program to its end. `timeout` of coreutils ends one that hangs.
func run(_ arguments: [String], input: String = "") async throws -> ProgramResult {
    let directory = try TemporaryDirectory()
    let inputFile = URL(filePath: directory.path + "/in")
    let outputFile = URL(filePath: directory.path + "/out")
    try Data(input.utf8).write(to: inputFile)
    try Data().write(to: outputFile)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // KILL, since the signal mask that a child inherits here keeps TERM from it.
    process.arguments = ["timeout", "--signal=KILL", "60"] + arguments
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    let output = try FileHandle(forWritingTo: outputFile)
    process.standardOutput = output
    process.standardError = output
    try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        process.terminationHandler = { _ in continuation.resume() }
        do {
            try process.run()
        } catch {
            continuation.resume(throwing: error)
        }
    }
    return ProgramResult(
        status: process.terminationStatus,
        output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self))
}
