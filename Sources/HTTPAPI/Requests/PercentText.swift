// Text in paths and queries: percent escapes of UTF-8.

import BudgetService
import Foundation

enum PercentText {
    /// - Parameter name: how a fault names it.
    static func decoded(_ text: Substring, of name: String) throws(Problem) -> String {
        guard let decoded = String(text).removingPercentEncoding else {
            throw RequestFields.fault(
                "\(name) is \(FieldText.shown(text)); expected UTF-8 with percent escapes like %2F")
        }
        return decoded
    }

    /// The pairs of a query; a plus sign is a blank, as forms have it.
    static func pairs(_ query: Substring) throws(Problem) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for pair in query.split(separator: "&") {
            let plain = pair.replacing("+", with: " ")
            let parts = plain.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decoded(parts[0], of: "a name in the query")
            guard parts.count == 2 else {
                throw RequestFields.fault(
                    "\(FieldText.shown(name)) has no value; expected name=value in the query")
            }
            pairs.append((name, try decoded(parts[1], of: FieldText.shown(name))))
        }
        return pairs
    }
}
