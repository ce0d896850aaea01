// A directory of a test's own, with a path that is short enough for sockets.

import Foundation

/// A private directory, removed when the test lets go of it.
public final class TestDirectory: Sendable {
    /// Its absolute path.
    public let path: String

    /// In memory where the machine lets us: a disk that others keep busy can hold an fsync for half
    /// a minute, and no test pulls the plug.
    static let place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

    /// Makes it.
    public init() throws {
        var template = Array((Self.place + "/budgetd-tests-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else {
            throw TestRedis.Failure(description: "mkdtemp")
        }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and gives its path.
    @discardableResult
    public func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
        return path + "/" + name
    }

    /// Whether there is a file of that name.
    public func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/" + name)
    }

    /// A file's text; empty where there is none.
    public func text(_ name: String) -> String {
        let bytes = FileManager.default.contents(atPath: path + "/" + name) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }
}
