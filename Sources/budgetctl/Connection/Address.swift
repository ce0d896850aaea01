// Where the daemon listens. Other schemes than a unix socket's are refused by name, so that they
// can be added without a path ever being taken for one.

import Foundation

/// The daemon's address.
enum Address {
    case unix(path: String)

    /// Reads `/path`, `unix:/path` or `unix:///path`.
    init(_ text: String) throws(Failure) {
        if text.hasPrefix("unix:") {
            self = .unix(path: String(text.dropFirst(text.hasPrefix("unix://") ? 7 : 5)))
        } else if text.contains("://") {
            throw Failure.usage(
                "--socket is \(text); expected the path of budgetd's unix socket")
        } else {
            self = .unix(path: text)
        }
    }

    /// BUDGETD_SOCKET's, or where budgetd listens when it is not told where.
    static var standard: String {
        let environment = ProcessInfo.processInfo.environment
        if let given = environment["BUDGETD_SOCKET"], !given.isEmpty { return given }
        if geteuid() == 0 { return "/run/budgetd/budgetd.sock" }
        if let directory = environment["XDG_RUNTIME_DIR"] { return directory + "/budgetd.sock" }
        let home = environment["HOME"] ?? "."
        return (environment["XDG_STATE_HOME"] ?? home + "/.local/state") + "/budgetd/budgetd.sock"
    }
}
