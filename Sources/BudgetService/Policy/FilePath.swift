/// The parts of a file's path, as it is written: nothing is looked up.
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
}
