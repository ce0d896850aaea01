// The one error of the embedded server: a stable code, what is wrong, and what to do about it.

/// Why the embedded Redis can't be started, adopted or stopped.
public struct EmbeddedRedisError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Stable names to act on; the texts may change.
    public enum Code: String, Sendable {
        case directoryUnusable
        case directoryUnsafe
        case directoryInUse
        case socketPathTooLong
        case executableMissing
        case spawnFailed
        case refusedToStart
        case notAnswering
        case foreignServer
        case notStoppable
        case stopped
    }

    public let code: Code
    /// What is wrong, with the path or the pid that it is about.
    public let message: String
    /// What the operator can do; empty where nothing sensible can be said.
    public let hint: String

    init(_ code: Code, _ message: String, hint: String = "") {
        self.code = code
        self.message = message
        self.hint = hint
    }

    static let stopped = Self(.stopped, "the embedded Redis was stopped")

    /// Message and hint in one text.
    public var description: String {
        hint.isEmpty ? message : "\(message); \(hint)"
    }
}
