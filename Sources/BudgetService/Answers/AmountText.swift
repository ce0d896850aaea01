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

    /// An amount for people: `$1,234.50`, `12.5s`, `4,600`.
    static func shown(_ amount: Int64, _ measure: Measure) -> String {
        measure == .seconds ? number(amount, measure) + "s" : number(amount, measure)
    }

    /// The same for a sentence: `$0.50`, `12.5 seconds`, `4,600 tokens`, `1 call`.
    static func phrase(_ amount: Int64, _ measure: Measure) -> String {
        let isOne = amount == (measure == .seconds ? 1000 : 1)
        let unit =
            switch measure {
            case .cost: ""
            case .tokens: isOne ? " token" : " tokens"
            case .inputTokens: isOne ? " input token" : " input tokens"
            case .outputTokens: isOne ? " output token" : " output tokens"
            case .calls: isOne ? " call" : " calls"
            case .retries: isOne ? " retry" : " retries"
            case .seconds: isOne ? " second" : " seconds"
            case .inFlight: isOne ? " open reservation" : " open reservations"
            case .tasks: isOne ? " task" : " tasks"
            }
        return number(amount, measure) + unit
    }

    private static func number(_ amount: Int64, _ measure: Measure) -> String {
        switch measure {
        case .cost: ReadableNumber.money(NanoUSD.text(amount))
        case .seconds: ReadableNumber.grouped(NanoUSD.scaledText(amount, digits: 3))
        default: ReadableNumber.grouped(String(amount))
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
