// A directory of a test's own, removed when the test lets go of it.

import Foundation

final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/budgetd-socket-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
