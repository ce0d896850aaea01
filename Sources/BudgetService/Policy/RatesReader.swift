// The rates of a price entry.

import BudgetModel

/// Reads prices: of tokens per million, and of single things.
enum RatesReader {
    /// What a fault says was expected of a table of token prices.
    static let expected = "prices like { input: 2.50, output: 10.00 }"

    private static let keys = [
        "input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning",
        "input_audio", "input_image", "output_audio", "output_image",
    ]
    private static let dollars = "US dollars like 2.50"

    /// A model's standard prices: input and output have to be there, because a forgotten price
    /// would make half of each call free.
    static func standard(_ node: YAMLNode) -> TokenRates? {
        guard let fields = node.fields(keys) else { return nil }
        for key in ["input", "output"] where fields[key] == nil {
            node.fault("\"\(key)\" is missing; expected \(dollars), or 0 where it is free")
        }
        return tokens(fields)
    }

    /// Prices of a tier, or above a threshold: any of them, at least one.
    static func tier(_ node: YAMLNode) -> TokenRates? {
        guard let fields = node.fields(keys) else { return nil }
        if fields.values.isEmpty { node.fault("there is no price; expected \(expected)") }
        return tokens(fields)
    }

    private static func tokens(_ fields: YAMLFields) -> TokenRates {
        var rates = TokenRates(
            input: fields["input"].flatMap(perMillion),
            output: fields["output"].flatMap(perMillion),
            cacheRead: fields["cache_read"].flatMap(perMillion),
            cacheWrite: fields["cache_write"].flatMap(perMillion),
            reasoning: fields["reasoning"].flatMap(perMillion))
        rates.longCacheWrite = fields["cache_write_1h"].flatMap(perMillion)
        rates.inputAudio = fields["input_audio"].flatMap(perMillion)
        rates.inputImage = fields["input_image"].flatMap(perMillion)
        rates.outputAudio = fields["output_audio"].flatMap(perMillion)
        rates.outputImage = fields["output_image"].flatMap(perMillion)
        return rates
    }

    private static func perMillion(_ node: YAMLNode) -> Rate? {
        node.decimal(dollars) { text throws(DecimalText.Fault) in
            try Rate.read(perMillion: text)
        }
    }

    /// The price of one call, hour, piece or unit.
    static func perOne(_ node: YAMLNode) -> Rate? {
        node.decimal(dollars) { text throws(DecimalText.Fault) in
            try Rate.read(perOne: text)
        }
    }
}
