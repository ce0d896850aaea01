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
            PolicyFault(file: file, line: line, column: column, path: path, message: message))
    }
}
