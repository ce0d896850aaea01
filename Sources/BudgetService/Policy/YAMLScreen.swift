// A look at a file before it is parsed. Anchors and aliases let a few lines stand for millions
// of nodes; a policy needs neither them nor tags nor block texts, so all are refused here, where
// their place is still known, instead of being counted while they grow.

/// Finds what YAML allows and a policy file may not have.
struct YAMLScreen {
    private let text: [Unicode.Scalar]
    private var at = 0
    private var line = 1
    private var column = 1
    /// Whether a value or key may begin here: only then do indicators mean anything.
    private var tokenMayBegin = true

    init(_ text: String) {
        self.text = Array(text.unicodeScalars)
    }

    /// Adds a fault for each indicator that a policy file may not have.
    mutating func search(_ faults: FaultList) {
        while let character = current {
            switch character {
            case "\n", "-", "?", ":", ",", "[", "{":
                tokenMayBegin = true
            case " ", "\t", "\r":
                break
            case "#" where at == 0 || text[at - 1].properties.isWhitespace:
                skip(past: "\n")
                tokenMayBegin = true
                continue
            case "\"" where tokenMayBegin, "'" where tokenMayBegin:
                skipQuoted(character)
                tokenMayBegin = false
                continue
            default:
                if tokenMayBegin, let message = Self.refusal(of: character) {
                    faults.add(line: line, column: column, message)
                }
                tokenMayBegin = false
            }
            advance()
        }
    }

    private static func refusal(of character: Unicode.Scalar) -> String? {
        switch character {
        case "&": "anchors (&name) are not supported; expected the value itself"
        case "*":
            "aliases (*name) are not supported; expected the value itself, or quotes around a "
                + "pattern that begins with *"
        case "!": "tags (!name) are not supported; expected a plain value"
        case "|", ">": "block texts (| and >) are not supported; expected one line"
        default: nil
        }
    }

    private var current: Unicode.Scalar? { at < text.count ? text[at] : nil }

    private mutating func advance() {
        if text[at] == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
        at += 1
    }

    private mutating func skip(past end: Unicode.Scalar) {
        while let character = current {
            advance()
            if character == end { return }
        }
    }

    private mutating func skipQuoted(_ quote: Unicode.Scalar) {
        advance()
        while let character = current {
            advance()
            if character == "\\", quote == "\"", current != nil {
                advance()
            } else if character == quote {
                // A doubled single quote is one inside the text; its second half reads as the
                // beginning of another quoted text, which comes to the same.
                guard quote == "'", current == "'" else { return }
                advance()
            }
        }
    }
}
