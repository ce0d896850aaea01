// Other people's programs, run to their ends.

import Foundation
import TestSupport

/// What a program left behind.
struct Program {
    let ending: TestProcess.Ending?
    let output: String
    let errors: String

    /// Runs a program; one that hangs is ended.
    init(_ arguments: [String], seconds: Int = 60) throws {
        let directory = try TestDirectory()
        let process = try TestProcess(
            arguments, directory: directory.path, output: directory.path + "/out",
            errors: directory.path + "/err")
        ending = process.waitForEnd(seconds: seconds)
        process.kill()
        output = directory.text("out")
        errors = directory.text("err")
    }

    /// redis-cli with these words.
    static func redisCLI(_ daemon: TestDaemon, _ line: String, _ options: [String] = []) throws
        -> String
    {
        try Program(["redis-cli", "-s", daemon.socketPath] + options + Client.words(line)).output
    }

    /// The Python that the checkout's checks put redis-py into, or the system's.
    static let python: String = {
        let own = Checkout.path + "/.build/venv/bin/python"
        return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
    }()
}

/// Where the sources of these tests lie.
enum Checkout {
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}
