// The dated prices of models, machines and tools.
//
// An entry holds from its day (UTC midnight) until the next entry of the same item. Before its
// first entry an item has no price. Which entry prices a model:
//   1. the one for exactly this provider and model;
//   2. else the one for the model without a provider;
//   3. else, where the request names no provider and exactly one provider has a price in force
//      for the model, that one. With several, guessing could book too little: it is unknown.
// A call is the sum of its parts (tokens, machine time, tool call, units): exact in 128 bits at
// 1e-15 dollars, rounded up to 1e-9 once.

/// The prices by which calls are charged; a value, read anew with each policy.
public struct PriceBook: Equatable, Sendable {
    /// Sorted by item and date.
    public let entries: [PriceEntry]
    private let byItem: [PriceEntry.Item: [PriceEntry]]
    /// The providers under which a model has entries.
    private let providers: [String: [String]]

    /// - Parameter entries: in any order; no two of the same item and date.
    public init(_ entries: [PriceEntry] = []) {
        let sorted = entries.sorted { ($0.item.name, $0.from) < ($1.item.name, $1.from) }
        self.entries = sorted
        byItem = Dictionary(grouping: sorted, by: \.item)
        var providers: [String: [String]] = [:]
        for case .model(let model, provider: let provider?) in byItem.keys {
            providers[model, default: []].append(provider)
        }
        self.providers = providers
    }

    /// The entry in force for an item at `now` (Unix time in milliseconds), or nil.
    public func entry(_ item: PriceEntry.Item, at now: Int64) -> PriceEntry? {
        byItem[item]?.last { $0.from <= now }
    }

    /// The entry that prices a model, by the order of this file's head.
    public func entry(model: String, provider: String?, at now: Int64) -> PriceEntry? {
        if let provider, let exact = entry(.model(model, provider: provider), at: now) {
            return exact
        }
        if let general = entry(.model(model, provider: nil), at: now) { return general }
        guard provider == nil, let candidates = providers[model] else { return nil }
        let found = candidates.compactMap { entry(.model(model, provider: $0), at: now) }
        return found.count == 1 ? found[0] : nil
    }

    /// What one call costs.
    ///
    /// A stated cost wins. Otherwise a named model and a named machine need a price or are
    /// unknown. The tool is charged where the call is a tool's: its operation is
    /// `execute_tool`, or no model is named; a tool without a price is free. Absent counts are 0.
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
        for part in parts(of: usage, tool: tool, at: now) {
            if let entry = part.entry {
                bill.add(entry.rates, version: entry.version)
            } else if case .tool = part.item {
                continue
            } else if let stand = unknownModel.rates(for: part.item) {
                bill.add(stand.rates, version: stand.version)
            } else {
                return .unknown(part.item)
            }
        }
        return bill.total
    }

    /// What of a call has or needs a price, with the entry in force.
    private func parts(
        of usage: Usage, tool: String?, at now: Int64
    ) -> [(item: PriceEntry.Item, entry: PriceEntry?)] {
        var parts: [(PriceEntry.Item, PriceEntry?)] = []
        if let model = usage.model {
            let found = entry(model: model, provider: usage.provider, at: now)
            parts.append((.model(model, provider: usage.provider), found))
        }
        if let machine = usage.machine {
            parts.append((.machine(machine), entry(.machine(machine), at: now)))
        }
        if let tool, usage.model == nil || usage.operation == Usage.executeTool {
            parts.append((.tool(tool), entry(.tool(tool), at: now)))
        }
        return parts
    }
}
