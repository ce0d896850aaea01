// One entry of a price file.

import BudgetModel

/// Reads one line of a price file.
struct PriceEntryReader {
    private static let keys = [
        "model", "provider", "machine", "tool", "from", "per_million", "tiers", "per_hour",
        "per_call", "per_unit",
    ]

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
        case .model: allow("per_million", "tiers", "per_call", "per_unit", "provider")
        case .machine: allow("per_hour")
        case .tool: allow("per_call", "per_unit")
        }
        if fields["tiers"] != nil, fields["per_million"] == nil {
            fields.owner.fault("\"per_million\" is missing; expected the prices beside tiers")
        }
        return Rates(
            tokens: fields["per_million"].flatMap(RatesReader.standard) ?? TokenRates(),
            tiers: tiers(),
            perHour: fields["per_hour"].flatMap(RatesReader.perOne),
            perCall: fields["per_call"].flatMap(RatesReader.perOne),
            perUnit: fields["per_unit"].flatMap(RatesReader.perOne))
    }

    /// Demands one of these keys and refuses the others that belong to other items.
    private func allow(_ keys: String...) {
        let dependent = ["provider", "per_million", "tiers", "per_hour", "per_call", "per_unit"]
        for key in dependent where !keys.contains(key) {
            let expected = keys.filter { $0 != "provider" }.joined(separator: ", ")
            fields[key]?.fault("\(key) does not go with this entry; expected \(expected)")
        }
        let prices = keys.filter { $0.hasPrefix("per_") }
        if prices.allSatisfy({ fields[$0] == nil }) {
            let expected = prices.joined(separator: " or ")
            fields.owner.fault("the entry has no price; expected \(expected)")
        }
    }

    private func tiers() -> [ServiceTier: TokenRates] {
        let others = ServiceTier.allCases.filter { $0 != .standard }
        guard let own = fields["tiers"]?.fields(others.map(\.rawValue)) else { return [:] }
        var tiers: [ServiceTier: TokenRates] = [:]
        for tier in others {
            tiers[tier] = own[tier.rawValue].flatMap(RatesReader.tier)
        }
        return tiers
    }
}
