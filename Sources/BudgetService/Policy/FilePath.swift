// Paths: their parts, and what symbolic links make of them.

import Foundation

/// The parts of a file's path.
public enum FilePath {
    /// The directory that a path's last part is in; empty for a name alone. Foundation's own,
    /// asked for the directory of a name of one letter, ends the process.
    public static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path that begins at a directory unless it begins at the root.
    public static func path(_ path: String, from directory: String) -> String {
        if path.hasPrefix("/") || directory.isEmpty { return path }
        return directory + (directory.hasSuffix("/") ? "" : "/") + path
    }

    /// Why a file can't be read, in the system's words: Foundation's own begin with a sentence
    /// that says nothing.
    public static func reason(_ error: any Error) -> String {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        guard let cause = cause.map({ $0 as NSError }), cause.domain == NSPOSIXErrorDomain else {
            return error.localizedDescription
        }
        return String(cString: strerror(Int32(cause.code)))
    }

    /// What a path means in the end where it is a symbolic link, also of a file that is not there
    /// yet. A link that leads to itself means itself.
    public static func target(of path: String) -> String {
        var target = path
        // The system follows as many.
        for _ in 0..<40 {
            guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: target)
            else { return target }
            target = Self.path(link, from: directory(of: target))
        }
        return path
    }
}
