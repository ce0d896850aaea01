/// Patterns with `*` (any run of characters) and `?` (any one character, a Unicode scalar).
///
/// Matched over bytes of UTF-8 in linear space and without backtracking further than the last
/// star, so that no pattern can be made slow.
public enum Glob {
    /// Whether the whole of `text` has the form of `pattern`. Upper and lower case differ.
    public static func matches(_ pattern: String, _ text: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let text = Array(text.utf8)
        var at = 0
        var read = 0
        var star: (pattern: Int, text: Int)?
        while read < text.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, read)
                at += 1
            } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") {
                at += 1
                read += 1
                while read < text.count, text[read].continuesCharacter { read += 1 }
            } else if at < pattern.count, pattern[at] == text[read] {
                at += 1
                read += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                at = last.pattern + 1
                read = last.text + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

extension UInt8 {
    /// Whether it is a byte of UTF-8 inside a character, after the first.
    fileprivate var continuesCharacter: Bool { self & 0xc0 == 0x80 }
}
