// Amounts as people write them, in the form that the daemon reads: `50k`, `1,000`, `$0.5`, `20m`.

enum HumanAmount {
    /// What an amount is known to be of. Of a cap or a grant only the daemon knows, which has the
    /// limit: it takes a dollar sign where money is limited, and a length where time is.
    enum Kind {
        case money, time, count, unknown
    }

    /// The plain number: without groups of three digits, `k` and `M` written out; money without
    /// its sign, a length of time in seconds. Anything else is left for the daemon to judge.
    static func plain(_ text: String, _ kind: Kind = .unknown) -> String {
        var text = text
        if kind == .money, text.hasPrefix("$") { text.removeFirst() }
        if text.wholeMatch(of: /\$?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?/) != nil {
            text = text.replacing(",", with: "")
        }
        if text.wholeMatch(of: /[0-9]+(_[0-9]+)+/) != nil { text = text.replacing("_", with: "") }
        if let match = text.wholeMatch(of: /([0-9]+)([kM])/) {
            return match.1 + (match.2 == "k" ? "000" : "000000")
        }
        return kind == .time ? HumanTime.length(text).map(seconds) ?? text : text
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let rest = "\(milliseconds % 1000 + 1000)".dropFirst()
        return "\(milliseconds / 1000)" + (rest == "000" ? "" : ".\(rest)")
    }
}
