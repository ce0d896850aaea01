// The forms of single values, and what is said of those that don't have them.

import BudgetModel
import Foundation

package enum FieldText {
    /// A name that a user chose: 1 to ``Bounds/maxNameBytes`` bytes without control characters.
    /// Two spellings of the same characters become one (Unicode's form C), since nobody sees
    /// the difference and a budget must not be doubled by it.
    static func name(_ field: String, _ value: String) throws(BudgetError) -> String {
        let bytes = value.utf8
        var isASCII = true
        for byte in bytes {
            if byte < 0x20 || byte == 0x7f { throw nameFault(field, value) }
            if byte >= 0x80 { isASCII = false }
        }
        if !isASCII, value.unicodeScalars.contains(where: { (0x80...0x9f).contains($0.value) }) {
            throw nameFault(field, value)
        }
        let name = isASCII ? value : value.precomposedStringWithCanonicalMapping
        guard (1...Bounds.maxNameBytes).contains(name.utf8.count) else {
            throw nameFault(field, value)
        }
        return name
    }

    /// A whole number in a range.
    static func number(
        _ field: Field, _ value: String, _ range: ClosedRange<Int64>
    ) throws(BudgetError) -> Int64 {
        guard let first = value.utf8.first, first != UInt8(ascii: "+"), let number = Int64(value),
            range.contains(number)
        else { throw fault(field, value) }
        return number
    }

    /// What is said of a value that its field can't have.
    static func fault(_ field: Field, _ value: String) -> BudgetError {
        BudgetError(
            .badArgument, "\(field.rawValue) is \(shown(value)); expected \(field.expectation)")
    }

    private static func nameFault(_ field: String, _ value: String) -> BudgetError {
        BudgetError(
            .badArgument, "\(field) is \(shown(value)); expected \(Field.user.expectation)")
    }

    /// A value as it may stand in a message: quoted, on one line, cut after 64 characters.
    package static func shown(_ value: some StringProtocol) -> String {
        let plain = value.unicodeScalars.prefix(64).map { scalar in
            scalar.properties.generalCategory == .control ? "?" : String(scalar)
        }
        return "\"" + plain.joined() + (value.unicodeScalars.count > 64 ? "…\"" : "\"")
    }
}
