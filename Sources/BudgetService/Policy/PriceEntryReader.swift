// One entry of a price file.

import BudgetModel

/// Reads one line of a price file.
struct PriceEntryReader {
    private static let prices = [
        "per_million", "per_hour", "per_call", "per_image", "per_query", "per_character",
        "per_unit",
    ]
    /// Keys that some entries have and others don't.
    private static let dependent = ["provider", "tiers", "above"] + prices
    private static let keys = ["model", "machine", "tool", "from"] + dependent

    private let fields: YAMLFields

    /// Nil with a fault added where the node is no mapping.
    init?(_ node: YAMLNode) {
        guard let fields = node.fields(Self.keys) else { return nil }
        self.fields = fields
    }

    /// The entry, or nil with faults added.
    func entry() -> PriceEntry? {
        let from = fields.required("from", "a date like 2026-05-01").flatMap(date)
        let item = self.item()
        let rates = item.map { self.rates(of: $0) }
        guard let from, let item, let rates else { return nil }
        return PriceEntry(item: item, from: from, rates: rates)
    }

    private func item() -> PriceEntry.Item? {
        let named = ["model", "machine", "tool"].filter { fields[$0] != nil }
        guard named.count == 1, let node = fields[named[0]] else {
            let found = named.isEmpty ? "none" : named.joined(separator: " and ")
            fields.owner.fault("found \(found); expected exactly one of model, machine, tool")
            return nil
        }
        guard let name = node.name("a \(named[0])") else { return nil }
        switch named[0] {
        case "model":
            guard let provider = fields["provider"] else { return .model(name, provider: nil) }
            return provider.name("a provider").map { .model(name, provider: $0) }
        case "machine":
            return .machine(name)
        default:
            return .tool(name)
        }
    }

    private func date(_ node: YAMLNode) -> Int64? {
        let expected = "a date like 2026-05-01"
        guard let text = node.text(expected) else { return nil }
        guard let date = CivilDate(text) else {
            node.fault("\(node.description) is no date; expected \(expected)")
            return nil
        }
        return date.midnight
    }

    private func rates(of item: PriceEntry.Item) -> Rates {
        switch item {
        case .model: allow(Self.dependent)
        case .machine: allow(["per_hour"])
        case .tool: allow(["per_call", "per_unit"])
        }
        for key in ["tiers", "above"] where fields[key] != nil && fields["per_million"] == nil {
            fields.owner.fault("\"per_million\" is missing; expected the prices beside \(key)")
        }
        var rates = Rates(
            tokens: fields["per_million"].flatMap(RatesReader.standard) ?? TokenRates(),
            tiers: Self.tiers(fields["tiers"]), steps: steps())
        rates.perHour = fields["per_hour"].flatMap(RatesReader.perOne)
        rates.perCall = fields["per_call"].flatMap(RatesReader.perOne)
        rates.perImage = fields["per_image"].flatMap(RatesReader.perOne)
        rates.perQuery = fields["per_query"].flatMap(RatesReader.perOne)
        rates.perCharacter = fields["per_character"].flatMap(RatesReader.perOne)
        rates.perUnit = fields["per_unit"].flatMap(RatesReader.perOne)
        return rates
    }

    /// Demands one of these keys and refuses the others that belong to other items.
    private func allow(_ keys: [String]) {
        for key in Self.dependent where !keys.contains(key) {
            let expected = keys.joined(separator: ", ")
            fields[key]?.fault("\(key) does not go with this entry; expected \(expected)")
        }
        let prices = keys.filter(Self.prices.contains)
        if prices.allSatisfy({ fields[$0] == nil }) {
            let expected = prices.joined(separator: " or ")
            fields.owner.fault("the entry has no price; expected \(expected)")
        }
    }

    /// The rates of requests with more input than a threshold.
    private func steps() -> [Rates.Step] {
        let expected = "a list like [{ input_tokens: 200_000, per_million: { input: 6.00 } }]"
        var steps: [Rates.Step] = []
        for node in fields["above"]?.list(expected) ?? [] {
            guard let own = node.fields(["input_tokens", "per_million", "tiers"]) else { continue }
            let tokens = "a whole number of tokens"
            let above = own.required("input_tokens", tokens)?.whole(0...Bounds.maxTokens, tokens)
            let rates = own.required("per_million", RatesReader.expected)
                .flatMap(RatesReader.tier)
            let tiers = Self.tiers(own["tiers"])
            guard let above, let rates else { continue }
            if steps.contains(where: { $0.above == above }) {
                node.fault("there are prices above \(above) tokens already; expected them once")
            }
            steps.append(Rates.Step(above: above, Rates.Tiers(rates, tiers)))
        }
        return steps
    }

    private static func tiers(_ node: YAMLNode?) -> [ServiceTier: TokenRates] {
        let others = ServiceTier.allCases.filter { $0 != .standard }
        guard let own = node?.fields(others.map(\.rawValue)) else { return [:] }
        var tiers: [ServiceTier: TokenRates] = [:]
        for tier in others {
            tiers[tier] = own[tier.rawValue].flatMap(RatesReader.tier)
        }
        return tiers
    }
}
