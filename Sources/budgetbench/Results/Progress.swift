// What is being done, on one line of the terminal that is written over; nothing elsewhere.

import Foundation

struct Progress {
    private let isShown = isatty(STDERR_FILENO) == 1

    func tell(_ text: String) {
        guard isShown else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    func end() { tell("") }
}
