// A limit's cap: its form depends on what the limit counts.

import BudgetModel

/// Reads a cap in the unit of its measure.
enum CapReader {
    /// What a fault says was expected.
    static func expected(_ measure: Measure) -> String {
        switch measure {
        case .cost: "US dollars like 0.50, up to " + NanoUSD.text(Bounds.maxSum)
        case .seconds: "seconds like 90 or 0.5"
        default: "a whole number from 0 to " + NumberText.text(Bounds.maxSum)
        }
    }

    /// The same of a text that is no node of its own; nil where it is none. Money may have a
    /// dollar sign, and time be a duration, so that neither is taken for anything else.
    static func amount(_ text: String, of measure: Measure) -> Int64? {
        switch measure {
        case .cost: try? NanoUSD.readCap(text.hasPrefix("$") ? text.dropFirst() : text[...])
        case .seconds: (try? SecondsText.readCap(text)) ?? DurationText.read(text)
        default: NumberText.withoutUnderscores(text).flatMap { Int64($0) }
        }
    }

    /// An amount as the policy spells it.
    static func text(_ amount: Int64, of measure: Measure) -> String {
        switch measure {
        case .cost: NanoUSD.text(amount)
        case .seconds: NanoUSD.scaledText(amount, digits: 3)
        default: NumberText.text(amount)
        }
    }

    /// The cap (1e-9 US dollars, milliseconds, or a count), or nil with a fault added.
    static func cap(_ node: YAMLNode, of measure: Measure) -> Int64? {
        let expected = expected(measure)
        return switch measure {
        case .cost:
            node.decimal(expected) { text throws(DecimalText.Fault) in
                try NanoUSD.readCap(text)
            }
        case .seconds:
            node.decimal(expected) { text throws(DecimalText.Fault) in
                try SecondsText.readCap(text)
            }
        default:
            node.whole(0...Bounds.maxSum, expected)
        }
    }
}
