// Text of others on a terminal: what it may not do there, and how much room it takes.

enum Text {
    /// Names are other people's: nothing of them may steer a terminal, or be read in another order
    /// than it stands. What would is shown as its code, `\u{202E}`.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isSteering) else { return text }
        return text.unicodeScalars.map { scalar in
            isSteering(scalar)
                ? "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}" : String(scalar)
        }.joined()
    }

    private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// How many columns of a terminal it takes: letters of the East and pictures take two.
    static func width(_ text: String) -> Int {
        text.utf8.count == text.count ? text.utf8.count : text.reduce(0) { $0 + width($1) }
    }

    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        let isWide =
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3,
                0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
                0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                true
            default: false
            }
        return isWide ? 2 : 1
    }

    /// Its lines, broken between words, none of more columns than that where it has a blank.
    static func lines(_ text: String, of room: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, width(last) + 1 + width(String(word)) <= room {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// A text that takes no more columns than that, without its middle: names begin with what they
    /// have in common, and end with what they have not.
    static func shortened(_ text: String, to room: Int) -> String {
        guard width(text) > room, room > 0 else { return text }
        let head = part(text, (room - 1) / 2)
        let tail = part(String(text.reversed()), room - 1 - width(head))
        return head + "…" + String(tail.reversed())
    }

    /// As much of its beginning as there is room for.
    private static func part(_ text: String, _ room: Int) -> String {
        var left = room
        return String(
            text.prefix { character in
                left -= width(character)
                return left >= 0
            })
    }
}
