// Aligned columns: text to the left, numbers to the right.

/// A table under construction.
struct Table {
    /// One column: its heading, and where its cells stand.
    struct Column {
        let heading: String
        var isNumber = false
        /// Of names, which are cut where there is no room.
        var isName = false
        /// Left out where there is still none.
        var isSpare = false

        static func text(_ heading: String) -> Column { Column(heading: heading) }

        static func name(_ heading: String) -> Column { Column(heading: heading, isName: true) }

        static func number(_ heading: String) -> Column {
            Column(heading: heading, isNumber: true)
        }
    }

    /// What is left of a name at the least.
    private static let leastName = 12

    private let columns: [Column]
    private var rows: [(cells: [String], style: Style?)] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Adds a row of as many cells as there are columns.
    mutating func add(_ cells: [String], _ style: Style? = nil) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append((cells.map(Self.printable), style))
    }

    /// All lines, the headings first.
    var text: String { text(within: .max) }

    /// All lines, the headings first, made to fit where names can be cut or columns be spared.
    func text(within width: Int) -> String {
        var widths = columns.indices.map { index in
            ([columns[index].heading] + rows.map { $0.cells[index] }).map(\.count).max() ?? 0
        }
        var kept = Array(columns.indices)
        while kept.reduce(-2, { $0 + widths[$1] + 2 }) > width {
            let names = kept.filter { columns[$0].isName && widths[$0] > Self.leastName }
            if let longest = names.max(by: { widths[$0] < widths[$1] }) {
                widths[longest] -= 1
            } else if let spare = kept.last(where: { columns[$0].isSpare }) {
                kept.removeAll { $0 == spare }
            } else {
                break
            }
        }
        let head = Style.faint(line(columns.map(\.heading), kept, widths))
        let body = rows.map { row in
            let text = line(row.cells, kept, widths)
            return row.style.map { $0(text) } ?? text
        }
        return ([head] + body).joined(separator: "\n")
    }

    private func line(_ cells: [String], _ kept: [Int], _ widths: [Int]) -> String {
        let parts = kept.map { index in
            let width = widths[index]
            let cell =
                cells[index].count > width ? cells[index].prefix(width - 1) + "…" : cells[index]
            let gap = String(repeating: " ", count: width - cell.count)
            return columns[index].isNumber ? gap + cell : cell + gap
        }
        var text = parts.joined(separator: "  ")
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Names are other people's: nothing of them may steer a terminal, or be read in another order
    /// than it stands. What would is shown as its code, `\u{202E}`.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isSteering) else { return text }
        return text.unicodeScalars.map { scalar in
            isSteering(scalar)
                ? "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}" : String(scalar)
        }.joined()
    }

    private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
