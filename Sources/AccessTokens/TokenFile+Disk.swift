// The file on disk: read with a look at who may write it, replaced in one step, so that a daemon
// never reads half of it and a crash leaves the old or the new one. Changes hold a lock on the
// directory from reading to replacing: of two at a time none is lost.

import BudgetService
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

    /// Changes a file, which is made where there is none; a symbolic link stays one.
    ///
    /// - Parameters:
    ///   - now: in seconds since 1970.
    ///   - change: what it throws leaves the file as it was.
    /// - Throws: `TokenFaults` or `TokenChangeError`.
    public static func change<Result>(
        path: String, now: Int64, _ change: (inout TokenFile) throws -> Result
    ) throws -> Result {
        let path = FilePath.target(of: path)
        let directory = FilePath.directory(of: path)
        let lock = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else {
            throw TokenChangeError("\(path): there is no directory \(directory)")
        }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else {
            throw TokenChangeError("\(directory) can't be locked: errno \(errno)")
        }
        let isThere = FileManager.default.fileExists(atPath: path)
        var file = isThere ? try TokenFile(path: path, now: now) : TokenFile()
        let result = try change(&file)
        try file.write(path: path)
        return result
    }

    /// Replaces the file in one step, readable by its owner alone: the one before's, or the
    /// directory's where it is new, so that root can do it for the daemon's user.
    public func write(path: String) throws {
        let path = FilePath.target(of: path)
        let new = path + ".new"
        unlink(new)
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw TokenChangeError("\(new) can't be written: \(Self.reason)")
        }
        do {
            defer { close(descriptor) }
            try Self.give(descriptor, toOwnerOf: path)
            try FileHandle(fileDescriptor: descriptor).write(contentsOf: Data(text.utf8))
            guard fsync(descriptor) == 0 else {
                throw TokenChangeError("\(new) can't be written: \(Self.reason)")
            }
        } catch {
            unlink(new)
            throw error
        }
        guard rename(new, path) == 0 else {
            throw TokenChangeError("\(path) can't be replaced: \(Self.reason)")
        }
    }

    private static func give(_ descriptor: Int32, toOwnerOf path: String) throws {
        guard geteuid() == 0 else { return }
        let directory = FilePath.directory(of: path)
        var owner = stat()
        guard stat(path, &owner) == 0 || stat(directory.isEmpty ? "." : directory, &owner) == 0,
            fchown(descriptor, owner.st_uid, owner.st_gid) == 0
        else { throw TokenChangeError("\(path) can't keep its owner: \(reason)") }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
