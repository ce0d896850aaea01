// Which entry prices what a request names, by the order of PriceBook's head. A name may also be
// spelt with its provider, as LiteLLM's users do: `azure/gpt-4o` is gpt-4o at azure.

extension PriceBook {
    /// The entry in force for an item at `now` (Unix time in milliseconds), or nil.
    public func entry(_ item: PriceEntry.Item, at now: Int64) -> PriceEntry? {
        byItem[item]?.last { $0.from <= now }
    }

    /// The entry that prices a model, or nil.
    ///
    /// A price that holds from the beginning of time also holds for the model's dated and tuned
    /// versions that have none, as it does at LiteLLM.
    public func entry(model: String, provider: String?, at now: Int64) -> PriceEntry? {
        if let found = spelt(model, provider, now) { return found }
        guard let plain = Self.withoutVersion(model, provider),
            let found = spelt(plain, provider, now), found.from == PriceEntry.always
        else { return nil }
        return found
    }

    private func spelt(_ model: String, _ provider: String?, _ now: Int64) -> PriceEntry? {
        if let found = named(model, provider, now) { return found }
        guard let provider else { return prefixed(model, now) ?? only(model, now) }
        if general.contains(model), let found = named(model, nil, now) { return found }
        let prefix = provider + "/"
        if model.hasPrefix(prefix) {
            return spelt(String(model.dropFirst(prefix.count)), provider, now)
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
        return spelt(rest, provider, now)
    }

    /// `gpt-4o-2026-05-01` without its date, `ft:gpt-4o:house::id` without its owner, and Google's
    /// `gemini-2.5-pro-001` without its number; nil where nothing is left out.
    private static func withoutVersion(_ model: String, _ provider: String?) -> String? {
        if model.contains("ft:") {
            let parts = model.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count == 5 ? parts[..<2].joined(separator: ":") : nil
        }
        let numbered = ["vertex_ai", "gemini", "databricks"]
        let isNumbered = numbered.contains { $0 == provider || model.hasPrefix($0 + "/") }
        let parts = model.split(separator: "-", omittingEmptySubsequences: false)
        let count = isNumbered ? 1 : 3
        guard parts.count > count else { return nil }
        let last = parts.suffix(count).joined(separator: "-")
        let isVersion = isNumbered ? Int(last) != nil : CivilDate(last) != nil
        return isVersion ? parts.dropLast(count).joined(separator: "-") : nil
    }

    /// `azure/gpt-4o` as azure and gpt-4o.
    private static func split(_ name: String) -> (provider: String, model: String)? {
        guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let model = name[name.utf8.index(after: slash)...]
        return slash == name.startIndex || model.isEmpty
            ? nil : (String(name[..<slash]), String(model))
    }
}
