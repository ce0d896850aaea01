// Text in paths and queries: percent escapes of UTF-8.

import BudgetModel
import Foundation

enum PercentText {
    /// - Parameter what: how a fault names it.
    static func decoded(_ text: Substring, what: String) throws(Problem) -> String {
        guard let decoded = String(text).removingPercentEncoding else {
            throw Problem(
                .badRequest, .badArgument,
                "\(what) is no percent-encoded UTF-8; expected escapes like %2F")
        }
        return decoded
    }

    /// The pairs of a query; a plus sign is a blank, as forms have it.
    static func pairs(_ query: Substring) throws(Problem) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for pair in query.split(separator: "&") {
            let plain = pair.replacing("+", with: " ")
            let parts = plain.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decoded(parts[0], what: "a name in the query")
            guard parts.count == 2 else {
                throw Problem(
                    .badRequest, .badArgument,
                    "a field of the query has no value; expected name=value"
                )
            }
            pairs.append((name, try decoded(parts[1], what: "a value in the query")))
        }
        return pairs
    }
}
