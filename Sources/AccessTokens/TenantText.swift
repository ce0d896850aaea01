// A tenant's name as one word of a line: blanks, `%` and what stands for every tenant are written
// as `%` and two hexadecimal digits a byte. One spelling of a name for all its Unicode forms, as
// requests have it.

import BudgetModel
import Foundation

enum TenantText {
    /// One word, never `*`.
    static func escaped(_ tenant: String) -> String {
        tenant.utf8.map { byte in
            let isPlain = byte > 0x20 && byte < 0x7f && !"%*#".utf8.contains(byte)
            let digits = (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + digits
        }.joined()
    }

    /// The name that a word stands for; nil where it is none.
    static func name(_ word: some StringProtocol) -> String? {
        String(word).removingPercentEncoding.flatMap(checked)
    }

    /// A name that requests could have, in its one form; nil where it is none.
    static func checked(_ name: String) -> String? {
        let name = name.precomposedStringWithCanonicalMapping
        let isPrintable = name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        return isPrintable && (1...Bounds.maxNameBytes).contains(name.utf8.count) ? name : nil
    }
}
