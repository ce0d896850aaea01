// The dated prices of models, machines and tools.
//
// An entry holds from its day (UTC midnight) until the next entry of the same item. Before its
// first entry an item has no price. Which entry prices a model (PriceBook+Lookup):
//   1. the one for exactly this provider and model;
//   2. else the one that an alias stands for, or the one for the model without a provider;
//   3. else, where the request names no provider: the model's default entry; the one of the
//      provider that the name begins with; the one of the only provider that has a price in
//      force for it. With several, guessing could book too little: it is unknown.
//   4. else, where it is LiteLLM's, the entry of the model without the date or number at the end
//      of its name.
// A call is the sum of its parts (tokens, machine time, tool call, pieces): exact in 128 bits at
// 1e-15 dollars, rounded up to 1e-9 once.
//
// A book of LiteLLM has thousands of models. Pricing a call looks once into one table, which is
// made with the book; everything that needs a second look is a name spelt in another way.

/// The prices by which calls are charged; a value, read anew with each policy.
public struct PriceBook: Equatable, Sendable {
    /// Sorted by item and date.
    public let entries: [PriceEntry]
    /// What a house calls a priced model, and which item it means.
    public let aliases: [String: PriceEntry.Item]
    let byItem: [PriceEntry.Item: [PriceEntry]]
    /// By what a request says. Without a provider: an alias's, the provider-less or the default.
    let byName: [ModelName: [PriceEntry]]
    /// Names that hold at any provider: aliases and models priced without one.
    let general: Set<String>
    /// The providers under which a model has entries.
    let providers: [String: [String]]

    struct ModelName: Hashable {
        var model: String
        var provider: String?
    }

    /// - Parameters:
    ///   - entries: in any order; no two of the same item and date.
    ///   - aliases: to items that have entries; others are passed over.
    public init(_ entries: [PriceEntry] = [], aliases: [String: PriceEntry.Item] = [:]) {
        let sorted = entries.map { (name: $0.item.name, entry: $0) }
            .sorted { ($0.name, $0.entry.from) < ($1.name, $1.entry.from) }.map(\.entry)
        self.entries = sorted
        self.aliases = aliases
        byItem = Dictionary(grouping: sorted, by: \.item)
        var names: [ModelName: [PriceEntry]] = [:]
        var general: Set<String> = []
        var providers: [String: [String]] = [:]
        for case (.model(let model, let provider), let entries) in byItem {
            names[ModelName(model: model, provider: provider)] = entries
            guard let provider else {
                general.insert(model)
                continue
            }
            providers[model, default: []].append(provider)
        }
        for case (.model(let model, _?), let entries) in byItem
        where !general.contains(model) && entries.contains(where: \.isDefault) {
            names[ModelName(model: model)] = entries
        }
        for (alias, item) in aliases {
            guard let entries = byItem[item] else { continue }
            names[ModelName(model: alias)] = entries
            general.insert(alias)
        }
        byName = names
        self.general = general
        self.providers = providers
    }

    /// What one call costs.
    ///
    /// A stated cost wins. Otherwise a named model and a named machine need a price or are
    /// unknown, and so are tokens of a model that is not named. The tool is charged where the call
    /// is a tool's: its operation is `execute_tool`, or no model is named; a tool without a price
    /// is free. Absent counts are 0.
    ///
    /// - Parameters:
    ///   - usage: counts of 0 or more, checked with ``Usage/checkParts()``.
    ///   - tool: the subject's tool.
    ///   - now: Unix time in milliseconds; says which entries are in force.
    ///   - unknownModel: the policy's answer for what has no price.
    public func cost(
        of usage: Usage, tool: String? = nil, at now: Int64, unknownModel: UnknownModel = .deny
    ) -> Pricing {
        if let stated = usage.cost { return .priced(nano: stated, version: Pricing.given) }
        var bill = Bill(usage)
        if let model = usage.model {
            let item = PriceEntry.Item.model(model, provider: usage.provider)
            let found = entry(model: model, provider: usage.provider, at: now)
            guard bill.add(found, item, unknownModel) else { return .unknown(item) }
        } else if usage.inputTokens ?? 0 > 0 || usage.outputTokens ?? 0 > 0 {
            let item = PriceEntry.Item.model("", provider: usage.provider)
            guard bill.add(nil, item, unknownModel) else { return .unknown(item) }
        }
        if let machine = usage.machine {
            let item = PriceEntry.Item.machine(machine)
            guard bill.add(entry(item, at: now), item, unknownModel) else { return .unknown(item) }
        }
        if let tool, usage.model == nil || usage.operation == Usage.executeTool,
            let entry = entry(.tool(tool), at: now)
        {
            bill.add(entry.rates, version: entry.version)
        }
        return bill.total
    }
}

extension Bill {
    /// Adds an entry, or what the policy has in its place; false where it has nothing.
    fileprivate mutating func add(
        _ entry: PriceEntry?, _ item: PriceEntry.Item, _ unknownModel: UnknownModel
    ) -> Bool {
        if let entry {
            add(entry.rates, version: entry.version)
        } else if let stand = unknownModel.rates(for: item) {
            add(stand.rates, version: stand.version)
        } else {
            return false
        }
        return true
    }
}
