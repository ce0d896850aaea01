// An error line of Redis. Its first word is what the client acts on.

/// An error that Redis answered.
public struct RedisErrorReply: Error, Sendable, Hashable, CustomStringConvertible {
    /// The whole line without the leading `-`.
    public let line: String

    /// Makes an error of its line.
    public init(line: String) {
        self.line = line
    }

    /// The first word: ERR, OOM, NOSCRIPT, …
    public var code: Substring { line.prefix { $0 != " " } }

    /// What follows the code.
    public var message: Substring { line.dropFirst(code.count + 1) }

    /// The whole line.
    public var description: String { line }

    /// Whether the script itself ended with this error, uncaught, so that writes before it stay.
    /// Redis 7 then ends the line with `script: <sha1>, on @user_script:<line>.`; what it answers
    /// before a script runs doesn't have that.
    public var isFromInsideScript: Bool {
        guard line.hasSuffix("."), line.utf8.count > 50 else { return false }
        let parts = line.split(separator: " ").suffix(4)
        guard let place = parts.last, place.hasPrefix("@"), place.contains(":") else {
            return false
        }
        let words = parts.map { $0 }
        guard words.count == 4, words[0] == "script:", words[2] == "on" else { return false }
        return words[1].count == 41 && words[1].last == ","
    }
}
