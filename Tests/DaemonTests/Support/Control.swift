// budgetctl as it is built, run to its end against a daemon.

import Foundation

/// One run of budgetctl.
struct Control {
    let status: Int32?
    let output: String
    let errors: String

    /// - Parameters:
    ///   - line: the arguments, parted by blanks.
    ///   - socket: the daemon's address; nil where none is asked.
    ///   - token: what BUDGETD_TOKEN says.
    init(_ line: String, socket: String? = nil, token: String? = nil) throws {
        let program = (TestDaemon.program as NSString).deletingLastPathComponent + "/budgetctl"
        var words = ["env", "-u", "BUDGETD_SOCKET", "-u", "BUDGETD_TOKEN"]
        if let token { words.append("BUDGETD_TOKEN=" + token) }
        words += [program] + Client.words(line) + (socket.map { ["--socket", $0] } ?? [])
        let run = try Program(words)
        if case .exit(let code)? = run.ending { status = code } else { status = nil }
        output = run.output
        errors = run.errors
    }

    /// Its output read as JSON.
    var json: [String: Any] {
        let value = try? JSONSerialization.jsonObject(with: Data(output.utf8))
        return value as? [String: Any] ?? [:]
    }

    /// A list of maps of the JSON.
    func list(_ name: String) -> [[String: Any]] { json[name] as? [[String: Any]] ?? [] }
}
