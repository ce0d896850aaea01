// Aligned columns: text to the left, numbers to the right.

/// A table under construction.
struct Table {
    /// One column: its heading, and where its cells stand.
    struct Column {
        let heading: String
        var isNumber = false

        static func text(_ heading: String) -> Column { Column(heading: heading) }

        static func number(_ heading: String) -> Column {
            Column(heading: heading, isNumber: true)
        }
    }

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
    var text: String {
        let widths = columns.indices.map { index in
            ([columns[index].heading] + rows.map { $0.cells[index] }).map(\.count).max() ?? 0
        }
        let head = Style.faint(line(columns.map(\.heading), widths))
        let body = rows.map { row in
            let text = line(row.cells, widths)
            return row.style.map { $0(text) } ?? text
        }
        return ([head] + body).joined(separator: "\n")
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            let gap = String(repeating: " ", count: widths[index] - cell.count)
            text += (index > 0 ? "  " : "") + (columns[index].isNumber ? gap + cell : cell + gap)
        }
        while text.last == " " { text.removeLast() }
        return text
    }

    /// Names are other people's: nothing of them may steer a terminal.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "?" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}
