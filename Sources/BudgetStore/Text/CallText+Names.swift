// Whose call a text is, without reading all of it: watchers of one subject must not make the
// daemon read everybody's calls.

import BudgetModel

extension CallText {
    /// Whether somebody watches one of the text's subject fields. They stand behind the letter, the
    /// digest and the time to live, and before all other items.
    static func names(_ text: UnsafeRawBufferPointer, oneOf interest: EventInterest) -> Bool {
        let (tab, newline) = (UInt8(ascii: "\t"), UInt8(ascii: "\n"))
        var index = 0
        var tabs = 0
        while tabs < 3 {
            guard index < text.count, text[index] != newline else { return false }
            if text[index] == tab { tabs += 1 }
            index += 1
        }
        while true {
            let start = index
            var sign: Int?
            while index < text.count, text[index] != tab, text[index] != newline {
                if sign == nil, text[index] == UInt8(ascii: "=") { sign = index }
                index += 1
            }
            guard let sign, let field = field(text[start..<sign]) else { return false }
            let value = UnsafeRawBufferPointer(rebasing: text[(sign + 1)..<index])
            if interest.takes(field, value) { return true }
            guard index < text.count, text[index] == tab else { return false }
            index += 1
        }
    }
}
