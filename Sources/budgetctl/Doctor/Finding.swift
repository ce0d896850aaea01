// One line of what the doctor says.

import RESP

/// How one thing is, and what to change about it.
struct Finding: Equatable {
    enum Level: String, CaseIterable {
        /// As it should be.
        case ok
        /// It can't be seen, by who asks or now.
        case note
        /// It works, and something may be lost or end in time.
        case warn
        /// It doesn't work, or soon won't.
        case fail
    }

    let level: Level
    /// What was looked at: `redis memory`.
    let name: String
    let message: String
    /// What to change; empty where nothing is.
    let advice: String

    static func ok(_ name: String, _ message: String) -> Finding {
        Finding(level: .ok, name: name, message: message, advice: "")
    }

    static func note(_ name: String, _ message: String) -> Finding {
        Finding(level: .note, name: name, message: message, advice: "")
    }

    static func warn(_ name: String, _ message: String, _ advice: String) -> Finding {
        Finding(level: .warn, name: name, message: message, advice: advice)
    }

    static func fail(_ name: String, _ message: String, _ advice: String) -> Finding {
        Finding(level: .fail, name: name, message: message, advice: advice)
    }

    /// The same of a look that is old: what was fine then need not be so now.
    ///
    /// - Parameter age: of the look, in milliseconds.
    func seen(before age: Int64) -> Finding {
        Finding(
            level: level == .ok ? .note : level, name: name,
            message: "\(message); as of \(Shown.duration(age)) ago", advice: advice)
    }

    /// As JSON has all of them.
    static func answer(_ findings: [Finding]) -> RESPValue {
        func map(_ pairs: [(String, String)]) -> RESPValue {
            .map(pairs.map { RESPValue.Entry(key: .bulk($0.0), value: .bulk($0.1)) })
        }
        let list = findings.map { finding in
            map([
                ("name", finding.name), ("level", finding.level.rawValue),
                ("message", finding.message), ("advice", finding.advice),
            ])
        }
        return .map([RESPValue.Entry(key: .bulk("findings"), value: .array(list))])
    }

    /// As people read it: what is so, and below it what is to be changed.
    ///
    /// - Parameter width: columns that a line may have.
    func text(nameWidth: Int, within width: Int) -> String {
        let style: Style =
            switch level {
            case .ok: .green
            case .note: .faint
            case .warn: .yellow
            case .fail: .red
            }
        let mark = level.rawValue + String(repeating: " ", count: 4 - level.rawValue.count)
        let gap = String(repeating: " ", count: nameWidth - name.count)
        let indent = nameWidth + 8
        let said = [message, advice].flatMap {
            Text.lines(Text.printable($0), of: max(20, width - indent))
        }
        return "\(style(mark))  \(name)\(gap)  "
            + said.joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
