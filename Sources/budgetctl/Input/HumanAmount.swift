// Amounts as people write them, in the form that the daemon reads: `50k`, `1.5M`, `1,000`, `$0.5`,
// `20m`, which are minutes.

enum HumanAmount {
    /// What an amount is known to be of. Of a cap or a grant only the daemon knows, which has the
    /// limit: it takes a dollar sign where money is limited, and a length where time is.
    enum Kind {
        case money, time, count, unknown
    }

    /// The plain number: without groups of three digits, `k`, `K` and `M` written out; money
    /// without its sign, a length of time in seconds. Anything else is left for the daemon to
    /// judge.
    static func plain(_ text: String, _ kind: Kind = .unknown) -> String {
        var text = text
        if kind == .money, text.hasPrefix("$") { text.removeFirst() }
        if text.wholeMatch(of: /\$?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?/) != nil {
            text = text.replacing(",", with: "")
        }
        if text.wholeMatch(of: /[0-9]+(_[0-9]+)+/) != nil { text = text.replacing("_", with: "") }
        if let match = text.wholeMatch(of: /(\$?)([0-9]+)(?:\.([0-9]+))?([kKM])/) {
            let (fraction, places) = (match.3 ?? "", match.4 == "M" ? 6 : 3)
            let moved = fraction.prefix(places)
            let rest = fraction.dropFirst(places)
            let whole = match.2 + moved + String(repeating: "0", count: places - moved.count)
            let digits = whole.drop { $0 == "0" }
            return match.1 + (digits.isEmpty ? "0" : digits) + (rest.isEmpty ? "" : "." + rest)
        }
        return kind == .time ? HumanTime.length(text).map(seconds) ?? text : text
    }

    /// The plain number of an option, which has one.
    static func given(_ text: String, _ option: String) throws(Failure) -> String {
        guard !text.hasPrefix("-") else {
            throw Failure.usage(
                "\(option) is \(text); expected an amount that is not below 0, like 50k, 1.5M, "
                    + "$0.5 or 20m")
        }
        return plain(text)
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let rest = "\(milliseconds % 1000 + 1000)".dropFirst()
        return "\(milliseconds / 1000)" + (rest == "000" ? "" : ".\(rest)")
    }
}
