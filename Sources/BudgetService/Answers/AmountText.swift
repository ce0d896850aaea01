// Amounts in answers: money and seconds as decimal strings, counts as integers.

import BudgetModel

enum AmountText {
    /// An amount of a measure as an answer's value.
    static func answer(_ amount: Int64, _ measure: Measure) -> Answer {
        switch measure {
        case .cost: .text(NanoUSD.text(amount))
        case .seconds: .text(NanoUSD.scaledText(amount, digits: 3))
        default: .integer(amount)
        }
    }

    /// The same, or null.
    static func answer(_ amount: Int64?, _ measure: Measure) -> Answer {
        amount.map { answer($0, measure) } ?? .null
    }

    /// An amount as the policy spells it: `0.5` dollars, `12.5` seconds, `4600`.
    static func plain(_ amount: Int64, _ measure: Measure) -> String {
        switch measure {
        case .cost: NanoUSD.text(amount)
        case .seconds: NanoUSD.scaledText(amount, digits: 3)
        default: String(amount)
        }
    }

    /// The same for a sentence: `$0.5`, `12.5 seconds`, `4600 tokens`.
    static func phrase(_ amount: Int64, _ measure: Measure) -> String {
        switch measure {
        case .cost: "$" + NanoUSD.text(amount)
        case .seconds: NanoUSD.scaledText(amount, digits: 3) + " seconds"
        case .inputTokens: "\(amount) input tokens"
        case .outputTokens: "\(amount) output tokens"
        case .inFlight: "\(amount) open reservations"
        default: "\(amount) \(measure.name)"
        }
    }

    /// A moment as people write it: `2026-11-23T00:00:00Z`.
    static func moment(_ milliseconds: Int64) -> String {
        let day = CivilDate(unixMilliseconds: milliseconds).text
        let second = (milliseconds / 1000 % 86400 + 86400) % 86400
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(day)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }
}
