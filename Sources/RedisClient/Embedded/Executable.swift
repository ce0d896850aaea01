// Finds a program before it is needed, so that a missing one is named, with the package it is in.
import Glibc

enum Executable {
    /// - Parameters:
    ///   - name: a path, if it contains a slash; otherwise looked up in PATH.
    ///   - package: Debian's package that contains the program.
    ///   - path: folders, parted by colons; the system's own are looked through after them.
    static func find(
        _ name: String, package: String,
        path: String = getenv("PATH").map { String(cString: $0) } ?? ""
    ) throws(EmbeddedRedisError) -> String {
        let own = path.split(separator: ":").map(String.init)
        let folders = own + ["/usr/local/bin", "/usr/bin", "/bin"]
        let candidates = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
        for candidate in candidates where access(candidate, X_OK) == 0 { return candidate }
        throw EmbeddedRedisError(
            .executableMissing,
            name.contains("/")
                ? "\(name) is missing or can't be executed" : "\(name) is not installed",
            hint: "install with: apt-get install \(package)")
    }
}
