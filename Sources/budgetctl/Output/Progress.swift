// One line that says how far long work is, on a terminal only.

import Foundation

struct Progress {
    private let isShown = isatty(STDERR_FILENO) == 1

    /// Puts a text in place of the one before.
    func show(_ text: String) {
        guard isShown else { return }
        FileHandle.standardError.write(Data("\r\u{1b}[K\(text) …".utf8))
    }

    /// Takes the line away.
    func end() {
        guard isShown else { return }
        FileHandle.standardError.write(Data("\r\u{1b}[K".utf8))
    }
}
