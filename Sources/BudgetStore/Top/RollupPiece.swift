// What goes into the rankings in one step: some names of one field, and what they spent within one
// stretch of time. It is small, since Redis serves nobody else while it takes one in: each name is
// in up to 28 sorted sets, a microsecond each.
//
//   <sequence>/<number>  <moment>  <field>  <window's id>  <its end> …     the head, between tabs
//   <an amount for each measure, between blanks>  <the name>               a line a name

import BudgetModel

struct RollupPiece {
    /// Names in one.
    static let mostNames = 16

    /// What tells one piece from all others, and which sets it is for.
    struct Head {
        /// A window whose rankings it is for.
        struct Window {
            let id: String
            /// Unix time in milliseconds.
            let until: Int64
        }

        /// As it is written.
        let text: String
        /// Of its last line.
        let moment: String
        let field: TopField
        let windows: [Window]
    }

    let text: String

    /// - Parameters:
    ///   - last: the line up to which it was read, which with its number names the piece.
    ///   - moment: of that line.
    init(
        last: Sequence, number: Int, moment: Int64, field: TopField, windows: [WindowInstance],
        sums: ArraySlice<(name: String, amounts: Amounts)>
    ) {
        var text = "\(last.text)/\(number)\t\(moment)\t\(Escaping.component(field.name))"
        for window in windows { text += "\t\(window.id)\t\(window.until)" }
        for (name, amounts) in sums {
            text += "\n"
            text += Measure.sums.map { String(amounts[$0]) }.joined(separator: " ")
            text += "\t" + name
        }
        self.text = text
    }

    /// Reads the first line of a piece; nil where it is none.
    static func head(_ text: String) -> Head? {
        let line = text.prefix { $0 != "\n" }
        let items = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard items.count >= 3, !items.count.isMultiple(of: 2),
            let field = Escaping.plain(items[2]).flatMap({ TopField(name: $0) })
        else { return nil }
        var windows: [Head.Window] = []
        for index in stride(from: 3, to: items.count, by: 2) {
            guard let until = Int64(items[index + 1]) else { return nil }
            windows.append(.init(id: items[index], until: until))
        }
        return Head(text: String(line), moment: items[1], field: field, windows: windows)
    }
}
