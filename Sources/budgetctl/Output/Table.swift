// Aligned columns: text to the left, numbers to the right. A terminal gets lines that fit: names
// are shortened in the middle, where they differ least, then columns are left out that can be
// spared. Amounts, times and kinds never are. What goes into a pipe or a file is whole.

/// A table under construction.
struct Table {
    /// One column: its heading, and where its cells stand.
    struct Column {
        let heading: String
        var isNumber = false
        /// Of names, which are shortened where there is no room.
        var isName = false
        /// Its heading is a name.
        var isNamed = false
        /// Left out where there is still none.
        var isSpare = false

        static func text(_ heading: String) -> Column { Column(heading: heading) }

        static func name(_ heading: String) -> Column { Column(heading: heading, isName: true) }

        static func number(_ heading: String) -> Column {
            Column(heading: heading, isNumber: true)
        }

        /// Numbers of somebody.
        static func number(of name: String) -> Column {
            Column(heading: name, isNumber: true, isNamed: true)
        }

        /// The same column, which is left out where there is no room.
        var spare: Column {
            var column = self
            column.isSpare = true
            return column
        }
    }

    /// What is left of a name before a column is left out, and what is left of it at the least.
    private static let leastNames = (ample: 12, scarce: 8)

    private let columns: [Column]
    private var rows: [(cells: [String], style: Style?)] = []

    init(_ columns: [Column]) {
        self.columns = columns.map { column in
            Column(
                heading: Text.printable(column.heading), isNumber: column.isNumber,
                isName: column.isName, isNamed: column.isNamed, isSpare: column.isSpare)
        }
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Adds a row of as many cells as there are columns.
    mutating func add(_ cells: [String], _ style: Style? = nil) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append((cells.map(Text.printable), style))
    }

    /// All lines, the headings first, as standard output has room for them; and what there was no
    /// room for.
    var text: String {
        let layout = layout(within: Output.width)
        let missing = columns.indices.filter { columns[$0].isSpare && !layout.kept.contains($0) }
            .filter { index in rows.contains { !$0.cells[index].isEmpty } }
        guard !missing.isEmpty else { return text(layout) }
        let names = missing.map { columns[$0].heading }.joined(separator: ", ")
        return text(layout) + "\n" + Style.faint("no room for \(names); --json has all")
    }

    /// All lines, the headings first, made to fit as far as that goes.
    func text(within width: Int) -> String { text(layout(within: width)) }

    /// The columns that are shown, and how wide each is.
    private typealias Layout = (kept: [Int], widths: [Int])

    private func layout(within width: Int) -> Layout {
        let cells = columns.indices.map { index in
            rows.map { Text.width($0.cells[index]) }.max() ?? 0
        }
        var widths = columns.indices.map { max(Text.width(columns[$0].heading), cells[$0]) }
        var kept = Array(columns.indices)
        func isTooWide() -> Bool { kept.reduce(-2) { $0 + widths[$1] + 2 } > width }
        // An empty column says nothing.
        if isTooWide() { kept.removeAll { cells[$0] == 0 && !columns[$0].isNamed } }
        func shorten(to least: Int) {
            while isTooWide() {
                let names = kept.filter { index in
                    let column = columns[index]
                    let least = max(least, column.isNamed ? cells[index] : 0)
                    return (column.isName || column.isNamed) && widths[index] > least
                }
                guard let longest = names.max(by: { widths[$0] < widths[$1] }) else { return }
                widths[longest] -= 1
            }
        }
        shorten(to: Self.leastNames.ample)
        while isTooWide(), let spare = kept.last(where: { columns[$0].isSpare }) {
            kept.removeAll { $0 == spare }
        }
        let ample = widths
        shorten(to: Self.leastNames.scarce)
        // What doesn't fit all the same is not made worse.
        return (kept, isTooWide() ? ample : widths)
    }

    private func text(_ layout: Layout) -> String {
        let head = Style.faint(line(columns.map(\.heading), layout))
        let body = rows.map { row in
            let text = line(row.cells, layout)
            return row.style.map { $0(text) } ?? text
        }
        return ([head] + body).joined(separator: "\n")
    }

    private func line(_ cells: [String], _ layout: Layout) -> String {
        let parts = layout.kept.map { index in
            let cell = Text.shortened(cells[index], to: layout.widths[index])
            let gap = String(repeating: " ", count: layout.widths[index] - Text.width(cell))
            return columns[index].isNumber ? gap + cell : cell + gap
        }
        var text = parts.joined(separator: "  ")
        while text.last == " " { text.removeLast() }
        return text
    }
}
