// Where servers have their sockets, files and logs: a directory that goes with the benchmark, also
// when somebody ends it from outside.

import Dispatch
import Foundation

final class Workplace {
    let path: String
    private var sources: [any DispatchSourceSignal] = []

    init() throws {
        // Not TMPDIR: the sockets' paths may have 107 bytes, and a longer directory breaks them.
        var template = Array("/tmp/budgetbench-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw BenchError("mkdtemp: errno \(errno)") }
        let path = String(cString: made)
        self.path = path
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // Servers write to it, and others are started, until this process is gone.
                for _ in 0..<100 where FileManager.default.fileExists(atPath: path) {
                    try? FileManager.default.removeItem(atPath: path)
                }
                exit(128 + number)
            }
            source.resume()
            sources.append(source)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A fresh directory in it.
    func directory(_ name: String) throws -> String {
        let directory = path + "/" + name
        try? FileManager.default.removeItem(atPath: directory)
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false)
        return directory
    }
}
