// Colours, on a terminal only, and never where NO_COLOR is set.

import Foundation

enum Style {
    case bold
    case faint
    case red
    case yellow
    case green

    private static let isOn =
        isatty(STDOUT_FILENO) == 1
        && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
        && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    private var code: String {
        switch self {
        case .bold: "1"
        case .faint: "2"
        case .red: "31"
        case .yellow: "33"
        case .green: "32"
        }
    }

    /// The text in this style, where there is any.
    func callAsFunction(_ text: String) -> String {
        Self.isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
