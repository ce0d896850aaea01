// Horizontal bars in groups, as SVG. Each group has a scale of its own.

import Foundation

struct BarPicture {
    struct Bar {
        let label: String
        let value: Spread
        /// What is written behind the bar.
        let note: String
        let isOurs: Bool
    }

    private static let width = 1000.0
    private static let labelWidth = 370.0
    private static let barWidth = 360.0
    private static let line = 22.0

    private let title: String
    private var groups: [(heading: String, bars: [Bar])] = []

    init(title: String) {
        self.title = title
    }

    mutating func add(_ heading: String, _ bars: [Bar]) {
        groups.append((heading, bars))
    }

    var svg: String {
        var parts: [String] = []
        var y = 34.0
        parts.append(text(title, x: 16, y: y, style: "font-size=\"18\" font-weight=\"bold\""))
        for (heading, bars) in groups {
            y += Self.line * 1.6
            parts.append(text(heading, x: 16, y: y, style: "font-weight=\"bold\""))
            let most = max(bars.map(\.value.high).max() ?? 1, 1e-9)
            for bar in bars {
                y += Self.line
                parts += draw(bar, y: y, most: most)
            }
        }
        let height = Self.number(y + 20)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.number(Self.width)) \
            \(height)" font-family="sans-serif" font-size="13">
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    private func draw(_ bar: Bar, y: Double, most: Double) -> [String] {
        func x(_ value: Double) -> Double {
            Self.labelWidth + Self.barWidth * max(0, value) / most
        }
        let middle = y - 4
        let (low, high) = (Self.number(x(bar.value.low)), Self.number(x(bar.value.high)))
        return [
            text(bar.label, x: Self.labelWidth - 8, y: y, style: "text-anchor=\"end\""),
            "<rect x=\"\(Self.number(Self.labelWidth))\" y=\"\(Self.number(y - 12))\" "
                + "width=\"\(Self.number(x(bar.value.median) - Self.labelWidth))\" height=\"15\" "
                + "fill=\"\(bar.isOurs ? "#1f6feb" : "#9aa4b2")\"/>",
            "<line x1=\"\(low)\" x2=\"\(high)\" y1=\"\(Self.number(middle))\" "
                + "y2=\"\(Self.number(middle))\" stroke=\"#111111\"/>",
            text(bar.note, x: x(bar.value.high) + 8, y: y, style: "fill=\"#444444\""),
        ]
    }

    private func text(_ text: String, x: Double, y: Double, style: String) -> String {
        let place = "x=\"\(Self.number(x))\" y=\"\(Self.number(y))\""
        return "<text \(place) \(style)>\(Self.escaped(text))</text>"
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }
}
