// Other people's clients, run as they are.

import Foundation

/// What a program left behind.
struct ProgramResult: Sendable {
    let status: Int32
    /// Standard output and standard error as they came.
    let output: String
}

/// Runs a program to its end.
///
/// - Throws: `Overdue` with its output where it doesn't end in time; coreutils' `timeout` ends it.
func run(
    _ arguments: [String], input: String = "", seconds: Int = 60
) async throws -> ProgramResult {
    let directory = try TemporaryDirectory()
    let inputFile = URL(filePath: directory.path + "/in")
    let outputFile = URL(filePath: directory.path + "/out")
    try Data(input.utf8).write(to: inputFile)
    try Data().write(to: outputFile)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // KILL, since the signal mask that a child inherits here keeps TERM from it.
    process.arguments = ["timeout", "--signal=KILL", "\(seconds)"] + arguments
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
    let text = String(decoding: try Data(contentsOf: outputFile), as: UTF8.self)
    guard process.terminationStatus != 137, process.terminationReason == .exit else {
        throw Overdue(
            description: "\(arguments[0]) did not end within \(seconds) s, it wrote: \(text)")
    }
    return ProgramResult(status: process.terminationStatus, output: text)
}

/// Runs a Python script that talks to a socket at `sys.argv[1]`. A socket that has waited for ten
/// seconds raises TimeoutError, so that a server which owes something is found out soon.
func runPython(_ script: String, _ path: String) async throws -> ProgramResult {
    let opening = """
        import os, socket, sys, threading, time
        socket.setdefaulttimeout(10)
        def connected():
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); return s

        """
    return try await run(["python3", "-c", opening + script, path])
}
