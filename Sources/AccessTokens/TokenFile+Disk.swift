// The file on disk: read with a look at who may write it, replaced in one step, so that a daemon
// never reads half of it and a crash leaves the old or the new one.

import Foundation

extension TokenFile {
    /// Bytes of one file: `mostLines` of the longest lines.
    static let maxBytes = 16 << 20

    /// Reads a file.
    ///
    /// - Parameter now: in seconds since 1970.
    /// - Throws: `TokenFaults`: it can't be read, others may write it, or its lines are wrong.
    public init(path: String, now: Int64) throws(TokenFaults) {
        var status = stat()
        guard stat(path, &status) == 0, let bytes = FileManager.default.contents(atPath: path)
        else { throw TokenFaults(lines: ["\(path):1: can't be read; expected a tokens file"]) }
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw TokenFaults(
                lines: [
                    "\(path):1: others than its owner may write it, and so give themselves any "
                        + "role; expected chmod 600"
                ])
        }
        guard bytes.count <= Self.maxBytes, let text = String(validating: bytes, as: UTF8.self)
        else {
            throw TokenFaults(
                lines: ["\(path):1: expected UTF-8 of at most \(Self.maxBytes) bytes"])
        }
        try self.init(text: text, file: path, now: now)
    }

    /// Replaces the file in one step, readable by its owner alone.
    public func write(path: String) throws {
        let new = path + ".new"
        try? FileManager.default.removeItem(atPath: new)
        guard
            FileManager.default.createFile(
                atPath: new, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw TokenChangeError("\(new) can't be written") }
        if let handle = FileHandle(forUpdatingAtPath: new) {
            try handle.synchronize()
            try handle.close()
        }
        guard rename(new, path) == 0 else {
            throw TokenChangeError("\(path) can't be replaced: errno \(errno)")
        }
    }
}
