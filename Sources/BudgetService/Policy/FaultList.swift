/// Collects what is wrong in one file, so that all of it is told at once.
///
/// A class, because every node of the file adds to the same list; it lives for one read and
/// never leaves its thread.
package final class FaultList {
    let file: String
    package private(set) var faults: [PolicyFault] = []

    /// Faults of one file that are told: past them, reading on helps nobody.
    static let most = 100

    package init(file: String) {
        self.file = file
    }

    package func add(line: Int, column: Int, path: String = "", _ message: String) {
        guard faults.count < Self.most else { return }
        faults.append(
            PolicyFault(
                file: file, line: line, column: column, path: Self.oneLine(path),
                message: Self.oneLine(message)))
    }

    /// A fault quotes what stands in the file, line breaks and terminal codes too: they are shown
    /// as `\n` and `\u{1B}`.
    private static func oneLine(_ text: String) -> String {
        func isOdd(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.generalCategory == .control
                || scalar.properties.isWhitespace && scalar != " "
        }
        guard text.unicodeScalars.contains(where: isOdd) else { return text }
        return text.unicodeScalars.map { isOdd($0) ? $0.escaped(asASCII: true) : String($0) }
            .joined()
    }
}
