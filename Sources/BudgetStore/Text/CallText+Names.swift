// Whose call a text is, without reading all of it: watchers of one subject must not make the
// daemon read everybody's calls.

import BudgetModel

extension CallText {
    /// Whether one of the text's subject fields has one of these values, in escaped spelling.
    static func names(_ text: String, oneOf wanted: [SubjectField: Set<[UInt8]>]) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var start = bytes.startIndex
            while let tab = bytes[start...].firstIndex(of: UInt8(ascii: "\t")) {
                start = tab + 1
                let item = bytes[start...].prefix {
                    $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: "\n")
                }
                // Accounts end the item list.
                if item.starts(with: "L=".utf8) { return false }
                guard let sign = item.firstIndex(of: UInt8(ascii: "=")) else { continue }
                if isWanted(item[..<sign], item[(sign + 1)...], wanted) { return true }
            }
            return false
        }
    }

    private static func isWanted(
        _ name: Slice<UnsafeBufferPointer<UInt8>>, _ value: Slice<UnsafeBufferPointer<UInt8>>,
        _ wanted: [SubjectField: Set<[UInt8]>]
    ) -> Bool {
        // All others than labels have a letter.
        guard name.count == 1 || name.starts(with: "l.".utf8) else { return false }
        guard let field = field(name), let values = wanted[field]
        else { return false }
        return values.contains(Array(value))
    }
}
