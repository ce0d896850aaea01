// Which entry prices what a request names, by the order of PriceBook's head. A name may also be
// spelt with its provider, as LiteLLM's users do: `azure/gpt-4o` is gpt-4o at azure.

extension PriceBook {
    /// The entry in force for an item at `now` (Unix time in milliseconds), or nil.
    public func entry(_ item: PriceEntry.Item, at now: Int64) -> PriceEntry? {
        byItem[item]?.last { $0.from <= now }
    }

    /// The entry that prices a model, or nil.
    public func entry(model: String, provider: String?, at now: Int64) -> PriceEntry? {
        if let found = named(model, provider, now) { return found }
        guard let provider else { return prefixed(model, now) ?? only(model, now) }
        if general.contains(model), let found = named(model, nil, now) { return found }
        let prefix = provider + "/"
        if model.hasPrefix(prefix) {
            return entry(model: String(model.dropFirst(prefix.count)), provider: provider, at: now)
        }
        return named(prefix + model, nil, now)
    }

    /// The items that a name means; more than one where it would have to be guessed.
    public func items(model: String, provider: String?) -> [PriceEntry.Item] {
        if let entries = byName[ModelName(model: model, provider: provider)] {
            return [entries[0].item]
        }
        guard provider == nil else { return [] }
        if let (provider, rest) = Self.split(model),
            let entries = byName[ModelName(model: rest, provider: provider)]
        {
            return [entries[0].item]
        }
        return (providers[model] ?? []).map { .model(model, provider: $0) }
    }

    private func named(_ model: String, _ provider: String?, _ now: Int64) -> PriceEntry? {
        byName[ModelName(model: model, provider: provider)]?.last { $0.from <= now }
    }

    /// The entry of the only provider that has a price in force for the model.
    private func only(_ model: String, _ now: Int64) -> PriceEntry? {
        guard let candidates = providers[model] else { return nil }
        let found = candidates.compactMap { named(model, $0, now) }
        return found.count == 1 ? found[0] : nil
    }

    private func prefixed(_ model: String, _ now: Int64) -> PriceEntry? {
        guard let (provider, rest) = Self.split(model) else { return nil }
        return entry(model: rest, provider: provider, at: now)
    }

    /// `azure/gpt-4o` as azure and gpt-4o.
    private static func split(_ name: String) -> (provider: String, model: String)? {
        guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let model = name[name.utf8.index(after: slash)...]
        return slash == name.startIndex || model.isEmpty
            ? nil : (String(name[..<slash]), String(model))
    }
}
