// A directory of a test's own, private as Redis's has to be, removed when the test lets go of it.
import Foundation

@testable import RedisClient

final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/budgetd-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
        path = String(cString: made)
    }

    /// A server is still there only when a test failed midway.
    deinit {
        let record = try? SmallFile.read("\(path)/data/redis.process")
        record.flatMap(ProcessIdentity.init(record:))?.signal(SIGKILL)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a program for `/bin/bash` and returns its path.
    ///
    /// Another process writes the file: had this one ever opened it for writing, a test beside
    /// this one that forks in that moment would make the program busy (ETXTBSY) until its exec.
    func script(_ name: String, _ lines: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data("#!/bin/bash\n\(lines)\n".utf8).write(to: URL(filePath: "\(file).text"))
        let install = try Process.run(
            URL(filePath: "/usr/bin/install"), arguments: ["-m", "700", "\(file).text", file])
        install.waitUntilExit()
        guard install.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
        return file
    }
}
