// The built benchmark, run to its end.

import Foundation
import TestSupport

/// What a run of budgetbench left behind.
struct Bench {
    let status: Int32?
    let output: String
    let errors: String

    /// The built programs lie beside the one that runs the tests.
    static let directory: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return ((own ?? "") as NSString).deletingLastPathComponent
    }()

    /// The Python that the checkout's checks put redis-py and limits into.
    static let python = Checkout.path + "/.build/venv/bin/python"

    /// Runs it; one that hangs is ended.
    init(_ arguments: [String], seconds: Int = 90) throws {
        try self.init(Running(arguments), seconds: seconds)
    }

    init(_ running: Running, seconds: Int = 90) throws {
        let ending = running.process.waitForEnd(seconds: seconds)
        running.process.kill()
        if case .exit(let status) = ending { self.status = status } else { status = nil }
        output = running.directory.text("out")
        errors = running.directory.text("err")
    }

    /// What `--json` printed.
    var report: [String: Any] {
        get throws {
            let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
            return value as? [String: Any] ?? [:]
        }
    }

    /// One that runs.
    struct Running {
        fileprivate let directory: TestDirectory
        let process: TestProcess

        init(_ arguments: [String]) throws {
            directory = try TestDirectory()
            process = try TestProcess(
                [Bench.directory + "/budgetbench"] + arguments, directory: directory.path,
                output: directory.path + "/out", errors: directory.path + "/err")
        }
    }
}

/// Where the sources of these tests lie.
enum Checkout {
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}
