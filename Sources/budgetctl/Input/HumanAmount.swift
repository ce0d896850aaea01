// Amounts as people write them, in the form that the daemon reads: `$0.5`, `50k`, `20m`.

enum HumanAmount {
    /// The plain number: without a dollar sign or groups, `k` and `M` written out, a length of
    /// time in seconds. Anything else is left for the daemon to judge.
    static func plain(_ text: String) -> String {
        var text = text.replacing(",", with: "").replacing("_", with: "")
        if text.hasPrefix("$") { text.removeFirst() }
        if let match = text.wholeMatch(of: /([0-9]+)([kM])/) {
            return match.1 + (match.2 == "k" ? "000" : "000000")
        }
        return HumanTime.length(text).map(seconds) ?? text
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let rest = "\(milliseconds % 1000 + 1000)".dropFirst()
        return "\(milliseconds / 1000)" + (rest == "000" ? "" : ".\(rest)")
    }
}
