// One breach of the house style, told as an editor can follow it.

struct Violation: Equatable, CustomStringConvertible {
    let path: String
    /// From 1; 0 speaks of the file as a whole.
    let line: Int
    let message: String

    init(_ path: String, _ line: Int, _ message: String) {
        self.path = path
        self.line = line
        self.message = message
    }

    var description: String { "\(path):\(max(line, 1)): \(message)" }
}
