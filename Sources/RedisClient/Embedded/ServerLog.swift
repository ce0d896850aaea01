// The server's log: its standard output, appended to a file. A start that fails is explained by
// what was written since that start, so the length at the start is remembered.
import Glibc

struct ServerLog: Sendable {
    /// A longer log is put aside at the next start; one old log is kept.
    static let longestBytes = 4 << 20
    static let tailLines = 12

    let path: String
    private(set) var startOffset = 0

    init(path: String) {
        self.path = path
    }

    /// Called before each start.
    mutating func beginStart() {
        var facts = stat()
        startOffset = stat(path, &facts) == 0 ? Int(facts.st_size) : 0
        if startOffset > Self.longestBytes, rename(path, "\(path).1") == 0 { startOffset = 0 }
    }

    /// The last lines written since `beginStart`.
    func tail() -> String {
        let bytes = (try? SmallFile.readBytes(path, from: startOffset)) ?? []
        return String(decoding: bytes, as: UTF8.self)
            .split(whereSeparator: \.isNewline).suffix(Self.tailLines).joined(separator: "\n")
    }
}
