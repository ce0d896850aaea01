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

    /// The cap that a text is which is no node of its own. Money may have a dollar sign, and time
    /// be a duration, so that neither is taken for anything else.
    static func amount(
        _ text: String, of measure: Measure
    ) throws(DecimalText.Fault) -> Int64 {
        switch measure {
        case .cost:
            return try NanoUSD.readCap(text.hasPrefix("$") ? text.dropFirst() : text[...])
        case .seconds:
            if let length = DurationText.read(text) { return length }
            return try SecondsText.readCap(text)
        default:
            guard let count = NumberText.withoutUnderscores(text).flatMap({ Int64($0) }) else {
                throw .notANumber
            }
            return count
        }
    }

    /// What is said of an amount that is not zero and would be counted as zero.
    static func tooSmall(_ measure: Measure) -> String {
        "is too small; expected 0 or at least " + text(1, of: measure)
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
            node.decimal(expected, tooSmall: tooSmall(measure)) {
                text throws(DecimalText.Fault) in try NanoUSD.readCap(text)
            }
        case .seconds:
            node.decimal(expected, tooSmall: tooSmall(measure)) {
                text throws(DecimalText.Fault) in try SecondsText.readCap(text)
            }
        default:
            node.whole(0...Bounds.maxSum, expected)
        }
    }
}
